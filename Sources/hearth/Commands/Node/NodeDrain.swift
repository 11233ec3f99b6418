import ArgumentParser
import Bootstrap
import Inventory
import Operations

struct NodeDrain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Move all pods off nodes, one node after the other, and let no new ones in.",
    discussion: """
      For repairs: afterwards the host can be switched off. `hearth node uncordon` lets pods in again. Example:

        hearth node drain pi3 --drain-timeout 120
      """.flowing)

  @Argument(help: "One or more nodes.", completion: Completions.hosts) var names: [String]
  @OptionGroup var drain: DrainOptions
  @OptionGroup var preview: PreviewOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await Schedule.change("node drain", names, .drain(drain.options), rackOptions, access, output, preview)
  }
}

struct NodeCordon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cordon", abstract: "Let no new pods onto nodes; those that run there stay.",
    discussion: "`hearth node uncordon` ends it. Example:\n\n  hearth node cordon pi3")

  @Argument(help: "One or more nodes.") var names: [String]
  @OptionGroup var preview: PreviewOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await Schedule.change("node cordon", names, .cordon, rackOptions, access, output, preview)
  }
}

struct NodeUncordon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uncordon", abstract: "Let pods onto nodes again.",
    discussion: "Example:\n\n  hearth node uncordon pi3")

  @Argument(help: "One or more nodes.", completion: Completions.hosts) var names: [String]
  @OptionGroup var preview: PreviewOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await Schedule.change("node uncordon", names, .uncordon, rackOptions, access, output, preview)
  }
}

/// Where pods may run.
enum Schedule {
  static func change(
    _ command: String, _ names: [String], _ change: DrainNodes.Change, _ rackOptions: RackOptions,
    _ access: AccessOptions, _ output: OutputOptions, _ preview: PreviewOptions
  ) async throws {
    let rack = try rackOptions.load()
    // Only control planes are asked: the nodes themselves may be off.
    let run = try await RackRun.begin(
      command, rack: rack, hosts: rack.controlPlane.map(\.name), inventory: try rackOptions.path(), access: access,
      sink: output.sink())
    let status = await run.finish { run in try await DrainNodes(run, names, change, isPreview: preview.dryRun).run() }
    guard status == .done else { throw status }
  }
}
