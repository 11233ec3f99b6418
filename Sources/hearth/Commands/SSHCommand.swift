import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Provision
import SSH

struct SSHCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssh",
    abstract: "Log in to one host with `ssh`, as the inventory says; or run one command there as that user.",
    discussion: """
      hearth's own pins of host keys and passwords are not known to `ssh`: it asks by its own rules. Examples:

        hearth ssh pi3
        hearth ssh pi3 -- journalctl -fu kubelet
      """.flowing)

  @Argument(help: "The host.", completion: Completions.hosts) var host: String
  @Flag(name: .long, help: "Print the command in place of running it.") var print = false
  @OptionGroup var rackOptions: RackOptions
  @Argument(
    parsing: .postTerminator, help: "The command. One word is a shell's line, several are a program's arguments.")
  var command: [String] = []

  func validate() throws {
    if rackOptions.limit != nil { throw ValidationError("name the one host: leave out --limit") }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    guard let node = rack.nodes.first(where: { $0.name == host }) else {
      throw HearthError(
        .usage, "there is no host named `\(host)`",
        hint: "use one of: \(rack.nodes.map(\.name).joined(separator: ", "))")
    }
    // Nobody is asked for a password here: `ssh` asks by itself.
    let access = try await HostAccess(nodes: [], person: Operator(), networkNamespace: rack.networkNamespace)
    let line = command.count == 1 ? command[0] : command.map(\.shellQuoted).joined(separator: " ")
    let login = try access.target(node).command(tty: !command.isEmpty && isatty(0) == 1 && isatty(1) == 1)
    let words = command.isEmpty ? login : "\(login) \(line.shellQuoted)"
    if print { return Terminal.writeOutput(words + "\n") }
    try Become.program(["sh", "-c", words])
  }
}
