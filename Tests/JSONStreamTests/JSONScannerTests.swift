import Foundation
import JSONStream
import Testing

@Suite struct JSONScannerTests {
  static let good = [
    #"null"#, #" true "#, #"-0.5e-3"#, #""""#, #"[]"#, #"{}"#, #"[1,2.50,[3]]"#, #"{"a":{"b":[{"c":"d"}]},"e":null}"#,
    #""ä€😀 \u00e4\u20ac\ud83d\ude00 \"\\\/\b\f\n\r\t""#, "\t[ 1 ,\r\n 2 ]\n",
  ]

  @Test(arguments: good) func `The same as Foundation reads it`(text: String) throws {
    let value = try JSONValue(Array(text.utf8))
    let known = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    #expect(equal(value, known), "\(value)")
  }

  @Test(arguments: good) func `Pieces of any size give the same`(text: String) throws {
    let bytes = Array(text.utf8)
    let whole = try JSONValue(bytes)
    for size in 1...bytes.count {
      var found: JSONValue?
      var scanner = JSONScanner(patterns: [JSONPattern("")]) { found = $0.value }
      for start in stride(from: 0, to: bytes.count, by: size) {
        try scanner.feed(bytes[start..<min(start + size, bytes.count)])
      }
      try scanner.finish()
      #expect(found == whole)
    }
  }

  @Test(arguments: [
    "", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "[1", "\"abc", "01", "1.", ".5", "+1", "1e", "nul", "[1] 2",
    "{\"a\":1,}",
    "\"\u{1}\"", #""\x""#, #""\u12g4""#, "[1}", "{\"a\":1]", "NaN", "<html>", "- 1",
  ]) func `What is not JSON is refused`(text: String) {
    #expect(throws: JSONMistake.self) { try JSONValue(Array(text.utf8)) }
  }

  @Test func `The place of a mistake is named`() {
    #expect(throws: JSONMistake(offset: 8, message: "`}` is out of place")) {
      try JSONValue(Array(#"{"a":[1,}"#.utf8))
    }
  }

  @Test func `Nesting without end is refused`() {
    #expect(throws: JSONMistake.self) { try JSONValue(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) }
  }

  @Test func `Numbers keep their digits`() throws {
    #expect(try JSONValue(Array("0.10000000000000000000000001".utf8)) == .number("0.10000000000000000000000001"))
  }

  @Test func `Only what patterns ask for is handed out, in order`() throws {
    let text =
      #"{"x":[{"id":9}],"Items":[{"id":1,"more":{"id":7}},{"id":2}],"Next":"page","by":{"eu":{"p":1},"us":{"p":2}}}"#
    var found: [String] = []
    var scanner = JSONScanner(patterns: [JSONPattern("Items.*.id"), JSONPattern("Next"), JSONPattern("by.*.p")]) {
      found.append("\($0.pattern) \($0.path.joined(separator: "/")) \($0.value)")
    }
    try scanner.feed(Array(text.utf8)[...])
    try scanner.finish()
    #expect(
      found == [
        #"0 Items/0/id number("1")"#, #"0 Items/1/id number("2")"#, #"1 Next string("page")"#,
        #"2 by/eu/p number("1")"#, #"2 by/us/p number("2")"#,
      ])
  }

  private func equal(_ value: JSONValue, _ known: Any) -> Bool {
    switch (value, known) {
    case (.null, is NSNull): true
    case (.string(let text), let known as String): text == known
    case (.boolean(let flag), let known as NSNumber): known.boolValue == flag
    case (.number(let text), let known as NSNumber): Double(text) == known.doubleValue
    case (.array(let elements), let known as [Any]):
      elements.count == known.count && zip(elements, known).allSatisfy { equal($0, $1) }
    case (.object(let members), let known as [String: Any]):
      members.count == known.count
        && members.allSatisfy { member in known[member.name].map { equal(member.value, $0) } ?? false }
    default: false
    }
  }
}
