import ArgumentParser
import Diagnostics
import Testing

@testable import hearth

/// What is said of a word that is not a command.
@Suite struct CommandWordsTests {
  @Test(
    "every command that exists passes, whatever follows it",
    arguments: [
      ["up"], ["node", "add", "pi4"], ["help", "up"], ["help"], ["certs"], ["certs", "list"], ["--help"],
      ["up", "plan.json"], ["apply"], ["host", "apply", "x.yaml"], ["backup"], ["backup", "prune", "--keep", "3"],
      ["exec", "--", "upp"], [], ["node", "--help"],
    ])
  func known(_ arguments: [String]) throws { try CommandWords.check(arguments) }

  @Test(
    "a mistyped command is an error that names the one that was meant",
    arguments: [
      (["upp"], "hearth up"), (["satus"], "hearth status"), (["help", "smoek"], "hearth smoke"),
      (["node", "lsit"], "hearth node list"), (["lab", "shel"], "hearth lab shell"),
    ])
  func mistyped(_ arguments: [String], meant: String) {
    let error = #expect(throws: HearthError.self) { try CommandWords.check(arguments) }
    #expect(error?.code == .usage && error?.hint?.contains("`\(meant)`") == true, "\(String(describing: error))")
  }

  @Test("a word that resembles nothing gets no guess")
  func unknown() {
    let error = #expect(throws: HearthError.self) { try CommandWords.check(["frobnicate"]) }
    #expect(error?.code == .usage && error?.hint == "`hearth --help` lists all")
  }

  @Test(arguments: [("up", "up", 0), ("upp", "up", 1), ("lsit", "list", 1), ("", "ab", 2), ("abc", "xyz", 3)])
  func distances(one: String, other: String, distance: Int) {
    #expect(CommandWords.distance(one, other) == distance)
  }

  @Test(
    "a command about the whole rack refuses --limit, which it could not keep",
    arguments: [
      ["start"], ["shutdown"], ["restore", "some.tar"], ["kubeconfig"], ["runs"], ["certs", "rotate-ca"],
      ["certs", "rotate-encryption"], ["cost", "report"], ["cost", "track"], ["cost", "tariff"], ["cost", "prices"],
      ["artifacts", "list"], ["artifacts", "fetch"], ["artifacts", "verify"], ["artifacts", "lock", "v1.36.5"],
      ["inventory", "validate"], ["flash-files", "pi1", "--to", "."],
    ])
  func wholeRack(_ words: [String]) throws {
    _ = try Hearth.parseAsRoot(words)
    let error = #expect(throws: (any Error).self) { try Hearth.parseAsRoot(words + ["--limit", "pi1"]) }
    #expect(error.map { Hearth.message(for: $0) }?.contains("leave out --limit") == true)
  }
}
