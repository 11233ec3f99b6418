import Diagnostics
@testable import SSH
import TestSupport
import Testing

struct RootCommandTests {
  @Test(arguments: [Privilege.none, .passwordless, .password(Secret("pass'word"))])
  func commandLineIsPlainAndHoldsNoSecret(privilege: Privilege) {
    let root = RootCommand("echo top-secret", as: privilege)
    let quoted = root.line.split(separator: "'", omittingEmptySubsequences: false)
    #expect(!root.line.contains("top-secret") && !root.line.contains("pass'word"))
    // Every shell agrees on single quotes that hold neither a backslash nor, for csh, an exclamation mark.
    #expect(quoted.count % 2 == 1)
    #expect(!root.line.contains("\\") && !root.line.contains("!") && !root.line.contains("\n"))
    #expect(!"\(root)".contains("pass'word"))
  }

  /// What a connection that breaks in the middle of the program leaves.
  @Test(arguments: [0, 1, 10, 30]) func programCutShortDoesNotRun(missing: Int) throws {
    let root = RootCommand("echo one\necho two\n", as: .none, nonce: "hearth-test")
    let reader = try #require(root.line.split(separator: "'").last).replacing("[ \"$(id -u)\" = 0 ]", with: "true")
    let input = String(decoding: root.head.dropLast(missing), as: UTF8.self)
    let output = try Command.run("sh", "-c", "(\(reader)) 2>/dev/null || true", input: input)
    #expect(output == (missing == 0 ? "hearth-test\none\ntwo" : "hearth-test"))
  }

  @Test(arguments: ["N-%-prompt:", "[sudo: N-%%-prompt:] Password: "])
  func promptIsAnsweredOnceAndOnlyAsWhole(prompt: String) {
    var dialog = PrivilegeDialog(RootCommand("true", as: .password(Secret("p")), nonce: "N"))
    #expect(dialog.hear(standardError: Array("lecture\n\(prompt.prefix(5))".utf8)).reply == nil)
    #expect(!dialog.letsInputThrough)
    #expect(dialog.hear(standardError: Array(prompt.dropFirst(5).utf8)).reply == .send(Array("p\n".utf8)))
    #expect(!dialog.letsInputThrough)
    #expect(dialog.hear(standardError: Array("\nSorry\n".utf8)).reply == nil)
    #expect(dialog.hear(standardError: Array(prompt.utf8)).reply == .close)
    #expect(dialog.isPasswordRefused && !dialog.isReady)
    #expect(dialog.lastWords.contains("lecture") && dialog.lastWords.contains("Sorry"))
  }

  /// `set -x` in a start file, or a forced command that prints what was asked for.
  @Test func commandLineItselfIsNoPrompt() {
    let root = RootCommand("true", as: .password(Secret("p")), nonce: "N")
    var dialog = PrivilegeDialog(root)
    for part in [root.line, "\n+ \(root.line)\n", root.line.replacing("'", with: "")] {
      #expect(dialog.hear(standardError: Array(part.utf8)).reply == nil)
    }
    #expect(!dialog.isReady && !dialog.letsInputThrough)
  }

  @Test(arguments: [Privilege.none, .passwordless, .password(Secret("p"))])
  func outputAndInputBeginAfterTheMark(privilege: Privilege) {
    var dialog = PrivilegeDialog(RootCommand("true", as: privilege, nonce: "N"))
    #expect(!dialog.letsInputThrough)
    #expect(dialog.hear(standardError: Array("noise\nN".utf8)).own == [])
    #expect(!dialog.letsInputThrough)
    #expect(dialog.hear(standardError: Array("\nerr".utf8)).own == Array("err".utf8))
    #expect(dialog.letsInputThrough)
    #expect(dialog.filter(standardOutput: Array("motd N\nout N\n".utf8)) == Array("out N\n".utf8))
    #expect(dialog.isReady)
  }

  /// However long the noise and however small its packets, each byte is looked at once and little is kept.
  @Test func noiseBeforeTheMarkIsBounded() {
    var dialog = PrivilegeDialog(RootCommand("true", as: .passwordless, nonce: "N"))
    for _ in 0..<PrivilegeDialog.limitBytes { _ = dialog.hear(standardError: [0x2E]) }
    #expect(!dialog.isFlooded)
    _ = dialog.hear(standardError: [0x2E])
    #expect(dialog.isFlooded)
    var quiet = PrivilegeDialog(RootCommand("true", as: .passwordless, nonce: "N"))
    for byte in "..N\nrest".utf8 { _ = quiet.hear(standardError: [byte]) }
    #expect(quiet.isReady && quiet.preamble == Array("..".utf8))
  }

  /// (A quote in the path is right, and tested with a real upload, but shellcheck warns of every one.)
  @Test func uploadProgramPassesShellcheck() throws {
    for isGzipped in [false, true] {
      let program = UploadProgram(
        path: "/x y", mode: 0o640, owner: "root", sha256: "00", isGzipped: isGzipped)
      let folder = try TemporaryFolder()
      let file = try folder.write("upload.sh", program.text)
      try Command.run("shellcheck", "--shell=dash", file)
    }
  }
}
