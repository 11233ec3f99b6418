import ArgumentParser
import Diagnostics
import Foundation
import VirtualRack

struct LabCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "A virtual rack on this machine: real Debian hosts to try everything on, and to break.",
    discussion: """
      Hosts are namespaces with systemd and OpenSSH, on a network of their own without a way out. Needs root. Example:

        hearth lab up --nodes 4 && hearth up
      """.flowing,
    subcommands: [
      LabUp.self, LabDown.self, LabStatus.self, LabKill.self, LabStart.self, LabReboot.self, LabMove.self, LabWipe.self,
      LabCut.self,
      LabJoin.self, LabFill.self, LabUnfill.self, LabSlow.self, LabUnslow.self, LabExec.self, LabShell.self,
    ]
  )
}

struct LabOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Name of the virtual rack; several live side by side.", valueName: "rack"))
  var name = "default"

  var rack: VirtualRack { VirtualRack(lab: Lab(name: name)) }

  /// - Throws: ``HearthError`` `usage` when there is no such rack, or no such host in it.
  func require(_ hosts: [String]) async throws(HearthError) {
    let known = try await rack.hosts().map(\.name)
    guard !known.isEmpty else {
      throw HearthError(
        .usage, "there is no virtual rack \(name)",
        hint: "make one: hearth lab up\(name == "default" ? "" : " --name \(name)"); or name another with --name")
    }
    for host in hosts where !known.contains(host) {
      throw HearthError(
        .usage, "the virtual rack \(name) has no host named \(host)",
        hint: "its hosts are \(known.joined(separator: ", "))")
    }
  }
}

struct LabDown: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "End every host and remove all that belongs to the rack, disks too.")
  @OptionGroup var options: LabOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await options.rack.down(events: output.lineSink())
    if output.output == .json {
      JSONSink().emit(.summary(Summary(command: "lab down", result: .done, actions: ["\(options.name) is gone"])))
    } else {
      Terminal.writeError("virtual rack \(options.name) is gone\n")
    }
  }
}

struct LabStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show each host: address, power, cable, host key.")
  @OptionGroup var options: LabOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let hosts = try await options.rack.hosts()
    try await options.require([])
    if output.output == .json { return try JSONSink.write(LabDocument(options.name, hosts), as: .lab) }
    for host in hosts {
      let cable = host.cable == .plugged ? "" : "  cable out"
      Terminal.writeOutput(
        "\(host.name.padding(6))  \("\(host.address)".padding(12))  \(host.power.rawValue.padding(3))  "
          + "\(host.fingerprint)\(cable)\n")
    }
  }
}

/// The hosts of a virtual rack, for programs.
struct LabDocument: Encodable {
  struct Host: Encodable {
    var name, address, power, cable, fingerprint: String
  }

  var name: String
  var hosts: [Host]

  init(_ name: String, _ hosts: [VirtualHost]) {
    self.name = name
    self.hosts = hosts.map {
      Host(
        name: $0.name, address: "\($0.address)", power: $0.power.rawValue, cable: $0.cable.rawValue,
        fingerprint: $0.fingerprint)
    }
  }
}
