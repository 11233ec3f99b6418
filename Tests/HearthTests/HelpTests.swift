import Foundation
import TestSupport
import Testing

/// What `--help` promises, from the parser itself.
@Suite(.enabled(if: Program.missing == nil, "needs the built program"))
struct HelpTests {
  private struct Dump: Decodable {
    struct Command: Decodable {
      struct Argument: Decodable {
        struct Name: Decodable {
          var name: String
          var kind: String
        }
        var kind: String
        var names: [Name]?
        var valueName: String?
      }
      var commandName: String
      var subcommands: [Command]?
      var arguments: [Argument]?
    }
    var command: Command
  }

  private func all(_ command: Dump.Command, _ path: [String] = []) -> [(path: String, command: Dump.Command)] {
    [(path.joined(separator: " "), command)]
      + (command.subcommands ?? []).flatMap { all($0, path + [$0.commandName]) }
  }

  private func dump() throws -> Dump {
    let text = try Program().run("--experimental-dump-help").text
    return try JSONDecoder().decode(Dump.self, from: Data(text.utf8))
  }

  @Test("a placeholder says what it wants, and not its option's name again")
  func placeholders() throws {
    let found = all(try dump().command).flatMap { path, command in
      (command.arguments ?? []).filter { $0.kind == "option" }.compactMap { argument -> String? in
        let long = argument.names?.first { $0.kind == "long" }?.name
        return long != nil && argument.valueName == long ? "\(path) --\(long ?? "")" : nil
      }
    }
    #expect(found.isEmpty)
  }

  @Test("one example is announced as one, and several as several")
  func examples() throws {
    struct Text: Decodable {
      struct Command: Decodable {
        var commandName: String
        var discussion: String?
        var subcommands: [Command]?
        var all: [Command] { [self] + (subcommands ?? []).flatMap(\.all) }
      }
      var command: Command
    }
    let text = try Program().run("--experimental-dump-help").text
    let commands = try JSONDecoder().decode(Text.self, from: Data(text.utf8)).command.all
    var count = 0
    for command in commands {
      for match in (command.discussion ?? "").matches(of: /(Examples?):\n\n((?:  .*\n?)+)/) {
        count += 1
        let lines = match.2.split(separator: "\n").count
        #expect((match.1 == "Examples") == (lines > 1), "\(command.commandName): \(match.0)")
      }
    }
    #expect(count > 30)
  }

  @Test("what changes a cluster can be looked at first")
  func previews() throws {
    let previewed = Set(
      all(try dump().command).filter { _, command in
        command.arguments?.contains { $0.names?.contains { $0.name == "dry-run" } == true } == true
      }.map(\.path))
    #expect(
      previewed.isSuperset(of: [
        "up", "host apply", "node add", "node remove", "node replace", "node drain", "node cordon", "node uncordon",
        "reset", "upgrade", "restore", "shutdown", "certs renew", "certs rotate-ca", "certs rotate-encryption",
        "image load", "image remove", "backup prune", "backup take", "adopt", "start",
      ]))
  }
}
