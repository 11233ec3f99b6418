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

  @Test func promptIsAnsweredOnceAndOnlyAsWhole() {
    let root = RootCommand("true", as: .password(Secret("p")), nonce: "N")
    var dialog = PrivilegeDialog(root)
    #expect(dialog.hear(standardError: Array("lecture\nN-pro".utf8)).reply == nil)
    #expect(!dialog.letsInputThrough)
    #expect(dialog.hear(standardError: Array("mpt:".utf8)).reply == .send(Array("p\n".utf8)))
    #expect(dialog.hear(standardError: Array("\nSorry\n".utf8)).reply == nil)
    #expect(dialog.hear(standardError: Array("N-prompt:".utf8)).reply == .close)
    #expect(dialog.isPasswordRefused && !dialog.isReady)
    #expect(String(decoding: dialog.preamble, as: UTF8.self) == "lecture\n\nSorry\n")
  }

  @Test func outputBeginsAfterTheMark() {
    var dialog = PrivilegeDialog(RootCommand("true", as: .passwordless, nonce: "N"))
    #expect(dialog.letsInputThrough)
    #expect(dialog.hear(standardError: Array("noise\nN".utf8)).own == [])
    #expect(dialog.hear(standardError: Array("\nerr".utf8)).own == Array("err".utf8))
    #expect(dialog.filter(standardOutput: Array("motd N\nout N\n".utf8)) == Array("out N\n".utf8))
    #expect(dialog.isReady)
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
