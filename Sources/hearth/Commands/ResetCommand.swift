import ArgumentParser
import Diagnostics
import Inventory
import Operations
import Provision

struct ResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Remove from hosts exactly what hearth put there; without --limit, end the cluster.",
    discussion: """
      Goes by each host's own manifest. SSH, the firewall, other files and packages stay as they are; it can be stopped and
      run again. A node of a living cluster leaves it first, with `hearth node remove`. A host with the only copy of a volume is
      refused without --lose-volumes. Examples:

        hearth reset --limit pi4
        hearth reset
      """.flowing)

  @OptionGroup var consent: ConsentOptions
  @Flag(help: "Also clean hosts that a living cluster counts on; it will miss them.") var force = false
  @Flag(help: "Go on although volumes of which a host holds the only copy are lost.") var loseVolumes = false
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rack = try rackOptions.load()
    let chosen = try rackOptions.hosts(of: rack)
    let run = try await RackRun.begin(
      "reset", rack: rack, hosts: rack.nodes.map(\.name), inventory: try rackOptions.path(), access: access,
      sink: output.sink(), silent: Set(rack.nodes.map(\.name)).subtracting(chosen))
    let status = await run.finish { run in
      try await Reset(run, chosen).run(force: force, loseVolumes: loseVolumes) { plan in
        if !consent.yes, !consent.preview.dryRun, chosen.count == rack.nodes.count { try confirmEnd(rack, run) }
        try Approval(consent, output: output).ask(plan, run)
      }
    }
    guard status == .done else { throw status }
  }

  private func confirmEnd(_ rack: Rack, _ run: RackRun) throws(HearthError) {
    run.pause()
    guard Question.canAsk else { return }
    let answer = Question.line(
      "This ends the cluster \(rack.cluster.name) and deletes its data. Type its name to go on")
    guard answer == rack.cluster.name else { throw HearthError(.refused, "stopped before any change") }
  }
}
