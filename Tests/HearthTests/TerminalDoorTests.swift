import Artifacts
import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing
import Untrusted

@testable import hearth

/// Text from hosts, registries, price lists and the cluster never acts on the operator's terminal.
@Suite struct TerminalDoorTests {
  private static let attack = "Raspberry\u{1B}[2J\u{1B}[1;1H\u{1B}]0;pwned\u{7}\u{1B}[8m\u{9B}31m\u{202E}\u{2028}\u{8}"
  private static let shown =
    "Raspberry\\x1b[2J\\x1b[1;1H\\x1b]0;pwned\\x07\\x1b[8m\\u{9b}31m\\u{202e}\\u{2028}\\x08"
  private static let plain = PlainLines(style: Style(enabled: false))
  private static let coloured = PlainLines(style: Style(enabled: true))

  /// Control characters but for line ends and tabs.
  private static func acts(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      let category = $0.properties.generalCategory
      return [.control, .format, .lineSeparator, .paragraphSeparator].contains(category) && $0 != "\n" && $0 != "\t"
    }
  }

  static let events: [Event] = [
    .runStarted(command: attack, rack: attack, hosts: [attack]), .phaseStarted(phase: attack, hosts: [attack]),
    .phaseEnded(phase: attack, seconds: 1),
    .stepEnded(host: attack, phase: attack, step: attack, outcome: .failed, seconds: .nan, detail: attack),
    .stepEnded(host: "n", phase: "p", step: "s", outcome: .changed, seconds: .infinity, detail: nil),
    .condition(name: attack, host: attack, state: .waiting, detail: attack),
    .condition(name: attack, host: nil, state: .met, detail: attack),
    .condition(name: attack, host: nil, state: .failed, detail: attack),
    .condition(name: attack, host: nil, state: .skipped, detail: attack),
    .note(level: .info, host: attack, text: attack), .note(level: .warning, host: nil, text: attack),
    .failure(
      HearthError(
        .remoteCommand, attack, subject: Subject(host: attack, step: attack, file: attack), hint: attack, cause: attack,
        output: [attack, "two\nlines\rin one"], command: attack)),
    .summary(
      Summary(command: attack, result: .partly, hosts: [attack: .init(failures: [attack])], seconds: 1e300)),
  ]

  @Test func `Joined pieces keep their order and their attributes`() {
    let pieces = (0..<20_000).map { Styled("\($0)", $0 % 2 == 0 ? .red : nil) }
    let joined = pieces.joined(separator: ",")
    #expect(joined.plain == (0..<20_000).map(String.init).joined(separator: ","))
    #expect(
      joined.pieces.filter { $0.attribute == .red }.map(\.text)
        == pieces.indices.filter { $0 % 2 == 0 }.map(String.init))
    #expect([Styled]().joined(separator: ",") == Styled("") && [Styled("a")].joined(separator: ",") == Styled("a"))
  }

  @Test(arguments: events) func `Every line that events make is shown visibly`(event: Event) throws {
    let line = try #require(Self.plain.line(for: event))
    #expect(!Self.acts(line.rendered))
    if line.plain.contains("Raspberry") { #expect(line.rendered.contains(Self.shown)) }
  }

  @Test(arguments: events) func `Only hearth's own attributes become sequences`(event: Event) throws {
    let line = try #require(Self.coloured.line(for: event))
    let without = line.rendered.replacing(#/\u{1B}\[(1|2|31|32|33|0)m/#, with: "")
    #expect(!Self.acts(without))
  }

  @Test func `JSON stays JSON, and says the same`() throws {
    struct Line: Codable, Equatable { var text: String }
    let line = Line(text: Self.attack + "\u{1F600}\u{E0041}\"\\")
    let encoded = String(decoding: try JSONEncoder().encode(line), as: UTF8.self)
    let shown = encoded.visibleJSON
    #expect(!Self.acts(shown))
    #expect(shown.contains("\\u202e") && shown.contains("\\udb40\\udc41"))
    #expect(try JSONDecoder().decode(Line.self, from: Data(shown.utf8)) == line)
  }

  @Test func `A line from outside cannot stand where hearth's own begin`() {
    let note = Self.plain.line(for: .note(level: .info, host: "n1", text: "fine\nerror: n2: broken"))
    #expect(note?.plain == "n1: fine\n    error: n2: broken")
    let error = ErrorText(style: Style(enabled: false)).render(
      HearthError(.cluster, "no\nwarning: x", hint: "a\r\nb", output: ["x\ny"]))
    #expect(error.plain == "error: no\n    warning: x\n  │ x\\ny\n  next: a\n    b")
  }

  @Test func `The table counts columns of what is shown`() {
    var state = RunState()
    let name = "n\u{1B}[2J"
    state.apply(.runStarted(command: "up", rack: "r", hosts: [name]))
    state.apply(.stepStarted(host: name, phase: "host", step: String(repeating: "\u{202E}", count: 50)))
    for line in LiveTable(style: Style(enabled: false), width: 60).lines(state, elapsed: 1) {
      #expect(line.rendered.count <= 60)
      #expect(!Self.acts(line.rendered))
    }
  }

  @Test(arguments: [
    (false, "n1 | a\\x1b[2Jb\nn1 | c\\rd\nn1 | e\n"), (true, "n1 | a\u{1B}[2Jb\nn1 | c\rd\r\nn1 | e\n"),
  ])
  func `Output of commands is shown visibly unless raw bytes are asked for`(isRaw: Bool, expected: String) {
    let written = Mutex<[UInt8]>([])
    let lines = PrefixedLines(prefix: "n1 | ", isRaw: isRaw) { bytes in written.withLock { $0 += bytes } }
    for byte in "a\u{1B}[2Jb\nc\rd\r\ne".utf8 { lines.feed([byte]) }
    lines.finish()
    // Bytes, because CR LF is one character.
    #expect(written.withLock { $0 } == Array(expected.utf8))
  }

  @Test func `Bytes that are not UTF-8 pass only raw`() {
    let written = Mutex<[UInt8]>([])
    let raw = PrefixedLines(prefix: "", isRaw: true) { bytes in written.withLock { $0 += bytes } }
    raw.feed([0xFF, 0xFE, 0x0A])
    #expect(written.withLock { $0 } == [0xFF, 0xFE, 0x0A])
  }

  @Test func `A line without end is written in pieces`() {
    let longest = Mutex(0)
    let lines = PrefixedLines(prefix: "") { bytes in longest.withLock { $0 = max($0, bytes.count) } }
    for _ in 0..<100 { lines.feed([UInt8](repeating: 0x61, count: 10_000)) }
    #expect(longest.withLock { $0 } > 0 && longest.withLock { $0 } < 100_000)
  }

  @Test func `Marks of a report make bold and nothing else`() {
    let style = Style(enabled: true)
    #expect(style.marked("a \u{F0000}b\u{F0001} c").rendered == "a \u{1B}[1mb\u{1B}[0m c")
    #expect(style.marked("\u{F0000}\(Self.attack)").rendered == "\u{1B}[1m\(Self.shown)\u{1B}[0m")
    #expect(Style(enabled: false).marked("a \u{F0000}b\u{F0001}").rendered == "a b")
  }

  @Test func `A table of artifacts shows names before it counts them`() {
    let lines = ArtifactReport.lines([], style: Style(enabled: false))
    #expect(!Self.acts(lines.joined(separator: "\n").rendered))
  }

  @Test(.enabled(if: Program.missing == nil)) func `The program shows names of price lists and wrong words visibly`()
    throws
  {
    let program = try Program()
    try program.inventory(ssh: ["\"\u{1B}[2J\": x"])
    let result = try program.run("inventory", "validate")
    #expect(result.status == 2)
    #expect(!Self.acts(result.text))
    let option = try program.run("plan", "--\u{1B}]0;x\u{7}")
    #expect(option.status == 2)
    #expect(!Self.acts(option.text))
  }

  @Test(
    .enabled(if: Program.missing == nil),
    arguments: [
      ["exec", "--timeout", "9223372036854775807", "--", "true"],
      ["upgrade", "--drain-timeout", "9223372036854775807"],
      ["upgrade", "--at-once", "9223372036854775807"], ["start", "--patience", "9223372036854775807"],
      ["lab", "up", "--nodes", "9223372036854775807"], ["lab", "up", "--control-planes", "-1"],
      ["lab", "up", "--memory", "9223372036854775807G"], ["lab", "slow", "n1", "--writes", "9223372036854775807"],
      ["cost", "plan", "--board", "pi5-8gb", "--nodes", "9223372036854775807"],
      ["cost", "plan", "--board", "pi5-8gb", "--price", "1e99"], ["cost", "report", "--days", "9223372036854775807"],
      ["cost", "plan", "--board", "pi5-8gb", "--extra-watts", "nan"],
      ["node", "drain", "n1", "--drain-timeout", "9223372036854775807"],
      ["init", "--nodes", "9223372036854775807"], ["bench", "runtime", "--rounds", "9223372036854775807"],
    ])
  func `Numbers of options beyond their range are wrong use, never a crash`(words: [String]) throws {
    let program = try Program()
    try program.inventory()
    let line = words.map { "'\($0)'" }.joined(separator: " ")
    let result = try program.run(words[0], shell: " ", words: Array(words.dropFirst()))
    #expect([1, 2].contains(result.status), "\(line): \(result.text)")
  }
}

extension Program {
  fileprivate func run(_ first: String, shell suffix: String, words: [String]) throws -> Result {
    switch words.count {
    case 2: try run(first, words[0], words[1])
    case 3: try run(first, words[0], words[1], words[2])
    case 4: try run(first, words[0], words[1], words[2], words[3])
    default: try run(first, words[0], words[1], words[2], words[3], words[4])
    }
  }
}
