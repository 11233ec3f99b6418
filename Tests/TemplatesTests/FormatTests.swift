import Diagnostics
import Foundation
import Testing
import Yams

@testable import Templates

/// Values come out of every kind of file as they went in, read by the readers that the world uses.
struct FormatTests {
  private func rendered(_ text: String, _ format: TemplateFormat, _ value: Any) throws -> String {
    try TemplateText(text).render(TemplateData.map(["x": value])) { (value, name, isRaw) throws(TemplateText.Fault) in
      try format.insert(value, name, isRaw)
    }
  }

  /// What a program prints.
  private func output(_ program: String, _ arguments: [String], input: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let data = stdout.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }

  private static let tree = """
    plain: {{x}}
    quoted: "{{x}}"
    inside: before {{x}} after
    list: [{{x}}, literal]
    {{x}}: key
    block: |
      first {{x}}
      second
    """

  private func document(_ value: Any) throws -> JSONValue {
    var places = StructuredPlaces()
    let yaml = try TemplateText(Self.tree).render(TemplateData.map(["x": value])) {
      (value, _, _) throws(TemplateText.Fault) in places.place(value)
    }
    return try #require(try places.documents(yaml).first)
  }

  @Test(arguments: HostileText.all)
  func aTreeKeepsItsShape(_ value: String) throws {
    let object = try document(value)
    #expect(
      object
        == .object([
          "plain": .string(value), "quoted": .string(value), "inside": .string("before \(value) after"),
          "list": [.string(value), "literal"], value: "key", "block": .string("first \(value)\nsecond"),
        ]))
    #expect(try JSONValue(json: Array(object.text.utf8)) == object)
    // Foundation takes a byte order mark away from what Yams hands over; python's reader does not.
    if !value.unicodeScalars.contains("\u{FEFF}") {
      #expect(try JSONValue.documents(yaml: object.text) == [object])
      #expect(try JSONValue.documents(yaml: object.line) == [object])
    }
    #expect(object.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }

  /// PyYAML reads YAML 1.1, as kubectl and most tools did and do.
  @Test func pythonReadsTheSame() throws {
    let all = JSONValue.array(try HostileText.all.map { try document($0) })
    let program = """
      import json, sys
      try:
          import yaml
      except ImportError:
          yaml = None
      text = sys.stdin.read()
      value = json.loads(text)
      if yaml: assert yaml.safe_load(text) == value
      print(json.dumps(value))
      """
    let read = try output("/usr/bin/python3", ["-c", program], input: all.text)
    #expect(try JSONValue(json: Array(read.utf8)) == all)
  }

  @Test func typesStayTypes() throws {
    #expect(try document(5)["plain"] == 5)
    #expect(try document(true)["plain"] == true)
    #expect(try document(5)["inside"] == "before 5 after")
    #expect(try document(5)["quoted"] == "5")
    #expect(throws: TemplateText.Fault.self) { try document(["a"]) }
  }

  @Test(arguments: HostileText.all)
  func aShellTakesOneWord(_ value: String) throws {
    let program = try rendered("set -- {{x}} end\nprintf '%s|%s' \"$#\" \"$1\"", .shell, value)
    #expect(try output("/bin/sh", ["-s"], input: program) == "2|\(value)")
    #expect(try output("/bin/bash", ["-s"], input: program) == "2|\(value)")
  }

  @Test func aShellTakesAListAsWords() throws {
    let words = HostileText.all
    let program = try rendered("set -- {{x}}\nprintf '%s\\0' \"$@\"", .shell, words)
    let expected = words.map { $0 + "\0" }.joined()
    #expect(try output("/bin/sh", ["-s"], input: program) == expected)
    #expect(try rendered("set -- {{x}}", .shell, [String]()) == "set -- ")
  }

  @Test func onlyShellTextStandsAsItIs() throws {
    #expect(try rendered("{{{x}}}", .shell, ShellText("ls; id")) == "ls; id")
    #expect(throws: TemplateText.Fault.self) { try rendered("{{{x}}}", .shell, "ls; id") }
    #expect(throws: TemplateText.Fault.self) { try rendered("{{x}}", .shell, ShellText("ls; id")) }
    #expect(throws: TemplateText.Fault.self) { try rendered("{{x}}", .shell, "a\0b") }
  }

  @Test func tomlReadsTheSame() throws {
    let values = HostileText.all
    let text = try values.enumerated().map { try rendered("v\($0.offset) = {{x}}", .toml, $0.element) }
    let program = "import sys, json, tomllib; print(json.dumps(tomllib.loads(sys.stdin.buffer.read().decode())))"
    let read = try JSONValue(
      json: Array(try output("/usr/bin/python3", ["-c", program], input: text.joined(separator: "\n")).utf8))
    for (index, value) in values.enumerated() { #expect(read["v\(index)"] == .string(value)) }
    #expect(try rendered("{{x}}", .toml, true) == "true")
  }

  /// Units and tables have no quoting that all of their readers share: what would need it is refused.
  @Test(arguments: [
    "a\nb", "a b", "a\"b", "a'b", "a\\b", "%n", "$HOME", "a;b", "a#b", "x\u{85}y", "x\u{2028}y", "\u{1B}", "",
  ])
  func aLineTakesPlainWordsOnly(_ value: String) throws {
    if value.isEmpty {
      #expect(try rendered("X={{x}}", .line, value) == "X=")
    } else {
      #expect(throws: TemplateText.Fault.self) { try rendered("X={{x}}", .line, value) }
    }
    #expect(try rendered("X={{x}}", .line, ["--a=b:1", "c"]) == "X=--a=b:1 c")
  }

  @Test func htmlIsEscaped() throws {
    #expect(try rendered("{{x}}", .html, "<b a='\"&\"'>") == "&lt;b a=&#39;&quot;&amp;&quot;&#39;&gt;")
    #expect(throws: TemplateText.Fault.self) { try rendered("{{{x}}}", .html, "<b>") }
  }

  @Test func duplicateKeysAreAnError() {
    #expect(throws: (any Error).self) { try JSONValue.documents(yaml: "a: 1\na: 2") }
  }
}
