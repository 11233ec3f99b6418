import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import SSH

struct NodeDrain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Move all pods off nodes, one node after the other, and let no new ones in.",
    discussion: """
      For repairs: afterwards the host can be switched off. `hearth node uncordon` lets pods in again. Example:

        hearth node drain pi3 --drain-timeout 120
      """.flowing)

  @Argument(help: "One or more nodes.") var names: [String]
  @OptionGroup var drain: DrainOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await Schedule.change("node drain", names, rackOptions, access, output) { drainer, name throws(HearthError) in
      try await drainer.run(name, drain.options)
    }
  }
}

struct NodeUncordon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uncordon", abstract: "Let pods onto nodes again.",
    discussion: "Example:\n\n  hearth node uncordon pi3")

  @Argument(help: "One or more nodes.") var names: [String]
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await Schedule.change("node uncordon", names, rackOptions, access, output) {
      drainer, name throws(HearthError) in
      try await drainer.uncordon(name)
      drainer.say(name, "takes pods again")
    }
  }
}

/// Where pods may run.
enum Schedule {
  static func change(
    _ command: String, _ names: [String], _ rackOptions: RackOptions, _ access: AccessOptions, _ output: OutputOptions,
    _ work: (Drain, String) async throws(HearthError) -> Void
  ) async throws {
    let rack = try rackOptions.load()
    // Only control planes are asked: the nodes themselves may be off.
    let run = try await RackRun.begin(
      command, rack: rack, hosts: rack.controlPlane.map(\.name), inventory: try rackOptions.path(), access: access,
      sink: output.sink())
    let status = await run.finish { run in
      let view = await run.view()
      for name in names where view.node(name) == nil {
        throw HearthError(
          .usage, view.nodes == nil ? "no API server answers" : "the cluster has no node named \(name)",
          hint: "see `hearth node list`")
      }
      let drainer = Drain(admin: try run.admin(view), release: try run.release, events: run.events)
      try await run.holding(run.session.hosts) { for name in names { try await work(drainer, name) } }
    }
    guard status == .done else { throw status }
  }
}
