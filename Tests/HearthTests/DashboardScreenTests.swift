import Foundation
import Smoke
import Testing

@testable import Dashboard
@testable import hearth

/// Whole screens of `hearth dashboard`, as a terminal of that size shows them.
struct DashboardScreenTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Captures")

  private static let screen = ScreenSize(columns: 80, rows: 24)

  private static func program(
    _ picture: RackPicture?, keys: [Key] = [], colour: Bool = false
  ) -> DashboardProgram {
    var program = DashboardProgram(style: Style(enabled: colour))
    program.timeZone = .gmt
    program.now = { SamplePicture.now }
    if let picture { program.take(.picture(picture)) }
    for key in keys { _ = program.take(key, on: screen) }
    return program
  }

  private static func compare(_ program: DashboardProgram, columns: Int, rows: Int, with name: String) throws {
    let text = program.lines(ScreenSize(columns: columns, rows: rows)).map { line in
      String(line.plain.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
    let file = folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test("a rack of four, one of them dead, another with a weak supply", arguments: [60, 80, 120])
  func four(columns: Int) throws {
    try Self.compare(Self.program(SamplePicture.four), columns: columns, rows: 24, with: "dashboard-\(columns)x24")
  }

  @Test("thirty hosts on twenty-four rows: failed ones first, then those that are worked on", arguments: [60, 80, 120])
  func thirty(columns: Int) throws {
    try Self.compare(
      Self.program(SamplePicture.thirty), columns: columns, rows: 24, with: "dashboard-thirty-\(columns)x24")
  }

  @Test("a host's own page", arguments: [60, 80, 120])
  func host(columns: Int) throws {
    let program = Self.program(SamplePicture.four, keys: [.down, .enter])
    try Self.compare(program, columns: columns, rows: 40, with: "host-\(columns)x40")
  }

  @Test("the page of help")
  func help() throws {
    try Self.compare(
      Self.program(SamplePicture.four, keys: [.character("?")]), columns: 80, rows: 32, with: "help-80x32")
  }

  @Test("no screen is higher or wider than the terminal", arguments: [1, 2, 5, 24, 50], [1, 8, 20, 60, 80, 200])
  func bounds(rows: Int, columns: Int) {
    for picture in [nil, SamplePicture.four, SamplePicture.thirty] {
      for keys in [[], [.enter], [.character("?")], [.end, .enter, .end]] as [[Key]] {
        let lines = Self.program(picture, keys: keys).lines(ScreenSize(columns: columns, rows: rows))
        #expect(lines.count == rows)
        for line in lines { #expect(line.columns <= columns, "\(line.plain)") }
      }
    }
  }

  @Test("what stood on the screen is erased before a line is written, never behind one that fills its row")
  func erasing() {
    #expect(Terminal.screen(["ab", "cd"]) == "\u{1B}[Kab\r\n\u{1B}[Jcd")
    #expect(Terminal.screen([]) == "")
  }

  @Test("colours change no character")
  func colour() {
    let size = ScreenSize(columns: 100, rows: 24)
    let plain = Self.program(SamplePicture.four).lines(size).map(\.plain)
    #expect(Self.program(SamplePicture.four, colour: true).lines(size).map(\.plain) == plain)
  }

  @Test(
    "keys choose a host, open it and come back; the choice stays",
    arguments: [(24, ["pi1", "pi2", "pi3", "pi4"]), (10, ["pi3", "pi1", "pi2", "pi4"])])
  func keys(rows: Int, names: [String]) {
    var program = Self.program(SamplePicture.four)
    func press(_ key: Key) -> ScreenRequest<DashboardProgram.Errand> {
      program.take(key, on: ScreenSize(columns: 80, rows: rows))
    }
    _ = press(.character("g"))
    #expect(program.host?.name == names[0])
    _ = press(.character("j"))
    _ = press(.enter)
    #expect(program.page == .host && program.host?.name == names[1])
    _ = press(.character("j"))
    _ = press(.escape)
    #expect(program.page == .rack && program.host?.name == names[1])
    _ = press(.character("G"))
    #expect(program.host?.name == names[3])
    _ = press(.down)
    #expect(program.host?.name == names[3])
    _ = press(.up)
    #expect(program.host?.name == names[2])
    _ = press(.character("?"))
    #expect(program.page == .help)
    _ = press(.character("?"))
    #expect(program.page == .rack)
    #expect(press(.character("r")) == .refresh && press(.character("q")) == .quit)
  }

  @Test("l fetches the log of the chosen host, whose end is shown; b blinks its LED and says so")
  func errands() {
    var program = Self.program(SamplePicture.four, keys: [.character("j")])
    #expect(program.take(.character("l"), on: Self.screen) == .errand(.log(host: "pi2")))
    #expect(program.page == .log && program.lines(Self.screen)[2].plain == "fetching the last lines …")
    program.take(.log(host: "pi1", lines: ["of another host"]))
    #expect(program.lines(Self.screen)[2].plain == "fetching the last lines …")
    program.take(.log(host: "pi2", lines: (1...100).map { "line \($0)\u{1B}[2J" }))
    let lines = program.lines(Self.screen)
    #expect(lines.count == 24 && lines[22].renderedLine == "line 100\\x1b[2J")
    _ = program.take(.escape, on: Self.screen)
    #expect(program.page == .host && program.host?.name == "pi2")
    #expect(program.take(.character("b"), on: Self.screen) == .errand(.blink(host: "pi2")))
    #expect(program.lines(Self.screen).last?.plain.hasSuffix("pi2: LED …") == true)
    program.take(.note("pi2 has blinked"))
    #expect(program.lines(Self.screen).last?.plain.hasSuffix("pi2 has blinked") == true)
    _ = program.take(.character("j"), on: Self.screen)
    #expect(program.lines(Self.screen).last?.plain.contains("blinked") == false)
    var empty = Self.program(nil)
    #expect(empty.take(.character("l"), on: Self.screen) == .nothing)
    #expect(empty.take(.character("b"), on: Self.screen) == .nothing)
  }

  @Test("the chosen host is seen wherever it stands", arguments: [0, 10, 29])
  func window(presses: Int) {
    let keys: [Key] = [.home] + Array(repeating: .down, count: presses)
    let program = Self.program(SamplePicture.thirty, keys: keys)
    let lines = program.lines(ScreenSize(columns: 80, rows: 24)).map(\.plain)
    #expect(lines.count { $0.hasPrefix("▸") } == 1)
  }

  @Test("text from hosts and the cluster stays on its line and acts on nothing")
  func hostile() {
    let attack = "x\u{1B}[2J\r\n\u{202E}漢字\u{9B}1m"
    var picture = SamplePicture.four
    picture.cluster = attack
    picture.server = attack
    picture.warnings = [attack]
    picture.problems = [.init(title: attack, detail: attack, hint: attack, command: attack)]
    picture.events = [ClusterEvent(time: 0, isWarning: true, reason: attack, object: attack, message: attack)]
    picture.hosts[0].notes = [attack]
    picture.hosts[0].model = attack
    picture.hosts[0].state = attack
    picture.hosts[0].slot = attack
    picture.hosts[0].units = [.init(name: attack, state: attack, isUp: true, restarts: 0)]
    for keys in [[], [.enter]] as [[Key]] {
      for line in Self.program(picture, keys: keys).lines(ScreenSize(columns: 70, rows: 30)) {
        #expect(line.columns <= 70)
        #expect(!line.renderedLine.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(!line.renderedLine.contains("\u{202E}"))
      }
    }
  }

  @Test("wide characters count for two columns")
  func wide() {
    #expect("漢字".columns == 2 * 2 && "a漢".fitted(2) == "a…" && "🍓".columns == 2 && "é".columns == 1)
  }

  @Test(
    "keys as terminals send them",
    arguments: [
      ("q", [.character("q")]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}", [.escape]), ("\r", [.enter]),
      ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]), ("\u{1B}[1;5A", [.up]),
      ("\u{1B}[200~jk", [.character("j"), .character("k")]),
      ("\u{1B}[H\u{1B}[4~", [.home, .end]), ("\u{1B}[", []), ("ä\u{0}", []),
    ] as [(String, [Key])])
  func decoding(_ text: String, keys: [Key]) {
    #expect(Key.all(in: Array(text.utf8)) == keys)
  }

  @Test("a long text scrolls to its end and no further")
  func scrolling() {
    let lines = (1...10).map { Styled("\($0)") }
    var scroll = Scroll()
    #expect(scroll.window(lines, rows: 4).map(\.plain) == ["1", "2", "3", "… 7 more lines (j, k)"])
    _ = scroll.take(.end)
    #expect(scroll.window(lines, rows: 4).map(\.plain) == ["7", "8", "9", "10"])
    scroll.settle(10, rows: 4)
    _ = scroll.take(.up)
    #expect(scroll.window(lines, rows: 4).first?.plain == "6")
  }
}
