import Foundation
import Glibc
import TestSupport
import Testing

@testable import hearth

/// `hearth dashboard` itself, on a terminal of its own and as a page, with a host that refuses every connection.
@Suite(.enabled(if: Program.missing == nil), .serialized)
struct DashboardProgramTests {
  private let program: Program
  private let network: PrivateNetwork

  init() throws {
    program = try Program()
    network = try PrivateNetwork()
    try program.inventory(lab: network.lab)
  }

  /// A run whose input and output are ours.
  private final class Session {
    private let child: ChildProcess
    private let input: Int32
    private let output: Int32
    private(set) var text = ""

    init(_ words: [String]) throws {
      var (feed, answer): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
      try #require(Glibc.pipe(&feed) == 0 && Glibc.pipe(&answer) == 0)
      for end in feed + answer { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      child = try ChildProcess(words, input: feed[0], output: answer[1])
      close(feed[0])
      close(answer[1])
      (input, output) = (feed[1], answer[0])
    }

    func type(_ keys: String) { _ = write(input, keys, keys.utf8.count) }

    /// Reads on until the words are there, or to the end.
    func read(until words: String? = nil) {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      while words.map({ !text.contains($0) }) ?? true {
        let count = Glibc.read(output, &chunk, chunk.count)
        guard count > 0 else { return }
        text += String(decoding: chunk.prefix(count), as: UTF8.self)
      }
    }

    func end() -> Int32 {
      read()
      close(input)
      close(output)
      return child.wait()
    }
  }

  /// - Returns: a session whose output begins with the program's process id.
  private func start(_ words: [String], onTerminal: Bool, before: String = "") throws -> Session {
    let settings =
      ["HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"].map { "\($0)=\(program.folder.path)" } + [
        "TERM=xterm", "SHELL=/bin/sh",
      ]
    let inner = "\(before)echo \"pid $$\"; exec '\(Program.path)' \(words.joined(separator: " "))"
    let command =
      onTerminal
      // A typed Ctrl-C reaches this shell too, which has to outlive it.
      ? [
        "script", "-qefc",
        "trap : INT; bash -c '\(inner.replacing("'", with: "'\\''"))'; status=$?; stty -a; exit $status", "/dev/null",
      ]
      : ["bash", "-c", inner]
    return try Session(
      ["env", "-C", program.folder.path, "-u", "SSH_AUTH_SOCK", "-u", "HEARTH_INVENTORY"] + settings + command)
  }

  private func identifier(_ session: Session) throws -> pid_t {
    session.read(until: "\n")
    return try #require(session.text.firstMatch(of: /pid ([0-9]+)/).flatMap { pid_t($0.1) })
  }

  @Test(
    "the terminal is given back on every way out",
    arguments: [0, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV], ["dashboard", "status --watch"])
  func restored(number: Int32, command: String) throws {
    let session = try start([command], onTerminal: true)
    let process = try identifier(session)
    session.read(until: "unreachable")
    if number == 0 { session.type("q") } else { kill(process, number) }
    _ = session.end()
    let text = session.text
    let (enter, leave) = ("\u{1B}[?1049h", "\u{1B}[?1049l")
    #expect(text.components(separatedBy: enter).count == 2 && text.components(separatedBy: leave).count == 2)
    let rest = try #require(text.components(separatedBy: leave).last)
    #expect(text.contains("\u{1B}[?7h\u{1B}[?25h\(leave)"))
    // As `stty` sees it afterwards.
    #expect(rest.contains(" icanon") && rest.contains(" echo "), "\(rest)")
  }

  @Test("Ctrl-C is a key, too, and the picture says why the host is not there")
  func keys() throws {
    let session = try start(["dashboard"], onTerminal: true)
    session.read(until: "refuses")
    session.type("\r")
    session.read(until: "esc back")
    session.type("l")
    session.read(until: "the log cannot be read")
    session.type("\u{3}")
    #expect(session.end() == 0)
    #expect(session.text.contains("1 of 1 hosts failed"))
  }

  @Test("in a pipe the dashboard says what to use, and the status goes on")
  func pipe() throws {
    let result = try program.run("dashboard")
    #expect(result.status == 2 && result.text.contains("hearth status --watch"))
    let session = try start(["status", "--watch", "--every", "2", "--output", "json"], onTerminal: false)
    let process = try identifier(session)
    session.read(until: "\n{")
    session.read(until: "}\n{")
    kill(process, SIGTERM)
    _ = session.end()
    let lines = session.text.split(separator: "\n").filter { $0.hasPrefix("{") }
    #expect(lines.count >= 2 && lines.allSatisfy { $0.contains("\"cluster\":\"faults\"") })
  }

  @Test("as a page it prints its link, shows the rack to whoever has it, and ends by Ctrl-C")
  func page() throws {
    let session = try start(["dashboard", "--web", "--every", "2"], onTerminal: false)
    let process = try identifier(session)
    session.read(until: "Ctrl-C")
    let link = try #require(session.text.firstMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+\/[0-9a-f]{32}\//)).output
    let fetch = """
      import sys, urllib.request
      opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
      print(opener.open(sys.argv[1]).read().decode())
      print(opener.open(sys.argv[1] + "events").readline().decode())
      """
    let text = try Command.run(["python3", "-c", fetch, String(link)])
    #expect(text.contains("<title>hearth</title>") && text.contains("data: {") && text.contains("refuses connections"))
    kill(process, SIGINT)
    #expect(session.end() == 0)
  }

  @Test(
    "flags that make no sense are wrong use",
    arguments: [
      "--every 1", "--every 99999", "--port 80", "--address 127.0.0.1 --port 1", "--web --address name",
      "--web --address ''", "--limit nobody",
    ])
  func flags(_ words: String) throws {
    #expect(try start(["dashboard", words], onTerminal: false).end() == 2)
    if words.contains("every") { #expect(try start(["status --watch", words], onTerminal: false).end() == 2) }
  }

  @Test(
    "whoever stops to read a pipe ends the watch, also where SIGPIPE is ignored", arguments: ["", "trap '' PIPE; "])
  func closedPipe(before: String) throws {
    let words = "status --watch --every 2 --output json | head -n 1"
    let session = try start([words], onTerminal: false, before: before)
    #expect(session.end() == 0 && session.text.contains("\"cluster\":\"faults\""))
  }
}
