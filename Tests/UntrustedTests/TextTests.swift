import Diagnostics
import Foundation
import Testing
import Untrusted

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Text from outside")
struct TextTests {
  @Test(
    "What acts on a terminal is shown",
    arguments: [
      ("plain", "plain"), ("é ü 漢 🙂", "é ü 漢 🙂"), ("a\tb\nc", "a\tb\nc"), ("a\r\nb", "a\nb"), ("a\rb", "a\\rb"),
      ("\u{1B}[2J\u{1B}]0;pwned\u{7}", "\\x1b[2J\\x1b]0;pwned\\x07"), ("\u{9B}31m", "\\u{9b}31m"),
      ("\u{202E}abc", "\\u{202e}abc"), ("\u{2066}\u{2069}", "\\u{2066}\\u{2069}"), ("a\u{200B}b", "a\\u{200b}b"),
      ("\u{2028}\u{2029}\u{85}", "\\u{2028}\\u{2029}\\u{85}"), ("\u{FEFF}a", "\\u{feff}a"), ("\u{7F}", "\\x7f"),
      ("\u{0}", "\\x00"), ("\u{8}\u{8}", "\\x08\\x08"), ("\u{AD}", "\\u{ad}"), ("\u{E0041}", "\\u{e0041}"),
      ("\u{3164}", "\\u{3164}"), ("\u{61C}\u{200E}\u{200F}", "\\u{61c}\\u{200e}\\u{200f}"), ("\r", "\\r"),
      ("\r\r\n", "\\r\n"), ("\u{180E}", "\\u{180e}"), ("\u{115F}", "\\u{115f}"), ("\u{34F}", "\\u{34f}"),
    ])
  func visible(_ text: String, _ expected: String) { #expect(text.visible == expected) }

  @Test("On one line, line ends and tabs are shown, too") func visibleLine() {
    #expect("a\nb\tc\r\nd".visibleLine == "a\\nb\\tc\\r\\nd")
    #expect("plain".visibleLine == "plain")
  }

  @Test("Every control character of one byte is shown", arguments: 0..<256)
  func everyByte(_ value: Int) throws {
    let scalar = try #require(Unicode.Scalar(UInt32(value)))
    let isControl = value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0xAD
    let isKept = value == 9 || value == 10
    #expect((String(scalar).visible == String(scalar)) == (!isControl || isKept))
    #expect(String(scalar).visible.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
  }

  @Test(
    "LF and CR LF end a line; CR alone does not",
    arguments: [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("\n\n", ["", ""]),
      ("a\rb\n", ["a\rb"]), ("a\r", ["a\r"]), ("\r\n", [""]), ("é\r\n漢", ["é", "漢"]), ("a\u{85}b", ["a\u{85}b"]),
      ("a\u{2028}b\n", ["a\u{2028}b"]), ("a\n\r\nb", ["a", "", "b"]),
    ])
  func lines(_ text: String, _ expected: [String]) {
    #expect(text.byteLines.map(String.init) == expected)
    #expect(text.filledLines == expected.filter { !$0.isEmpty })
  }

  @Test("A byte order mark is left out, with a word") func byteOrderMark() throws {
    let plain = try PlainText([0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8), file: "x")
    #expect(plain.text == "a: 1\n")
    #expect(plain.remarks.count == 1)
    #expect(throws: HearthError.self) { try PlainText([0xFF, 0xFE, 0x61, 0], file: "x") }
  }

  @Test(
    "What is not UTF-8 is named with its place",
    arguments: [
      ([0x61, 0x0A, 0x62, 0xE9, 0x63], 2, 2), ([0xC3, 0xA9, 0x0A, 0xC3, 0xA9, 0xFF], 2, 2), ([0x61, 0x00], 1, 2),
      ([0x61, 0xC3], 1, 2), ([0xED, 0xA0, 0x80], 1, 1), ([0xC0, 0xAF], 1, 1),
    ] as [([UInt8], Int, Int)])
  func notText(_ bytes: [UInt8], _ line: Int, _ column: Int) {
    let error = #expect(throws: HearthError.self) { try PlainText(bytes, file: "x.yaml") }
    #expect(error?.subject == Subject(file: "x.yaml", line: line, column: column))
  }

  @Test("Spaces that only look like spaces are found") func oddSpaces() {
    let found = PlainText.oddSpaces(in: "a: 1\nb:\u{A0}2\n\u{3000}c")
    #expect(found.map(\.line) == [2, 3])
    #expect(found.map(\.column) == [3, 1])
    #expect(found.first?.name == "a no-break space (U+00A0)")
  }

  @Test("Long text is cut, and so is one endless character") func bounded() {
    #expect("abcdef".bounded(3) == "abc…")
    #expect("abc".bounded(3) == "abc")
    let endless = "a" + String(repeating: "\u{301}", count: 10_000)
    #expect(endless.bounded(10).utf8.count < 200)
  }

  @Test("Only regular files of a known size are read") func files() throws {
    let folder = NSTemporaryDirectory() + "untrusted-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "12345".write(toFile: folder + "/file", atomically: true, encoding: .utf8)
    #expect(try RegularFile.read(folder + "/file") == Array("12345".utf8))
    #expect(throws: HearthError.self) { try RegularFile.read(folder + "/file", limitBytes: 4) }
    #expect(mkfifo(folder + "/pipe", 0o600) == 0)
    let pipe = #expect(throws: HearthError.self) { try RegularFile.read(folder + "/pipe") }
    #expect(pipe?.message == "this is a named pipe, not a file")
    #expect(throws: HearthError.self) { try RegularFile.check(folder) }
    #expect(throws: HearthError.self) { try RegularFile.read("/dev/zero") }
    #expect(throws: HearthError.self) { try RegularFile.read(folder + "/missing") }
    #expect(RegularFile.isRegular(folder + "/file"))
    #expect(!RegularFile.isRegular(folder + "/pipe"))
  }
}
