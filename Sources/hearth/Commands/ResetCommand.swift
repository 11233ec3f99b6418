import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Provision
import SSH

struct ResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Remove from hosts exactly what hearth put there; without --limit, end the cluster.",
    discussion: """
      Goes by each host's own manifest. SSH, the firewall, other files and packages stay as they are; it can be stopped and
      run again. A node of a living cluster leaves it first, with `hearth node remove`. Examples:

        hearth reset --limit pi4
        hearth reset
      """.flowing)

  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @Flag(help: "Also clean hosts that a living cluster counts on; it will miss them.") var force = false
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
      if chosen.count < rack.nodes.count, !force { try await refuseMembers(chosen, run) }
      var resources: [String: [Resource]] = [:]
      for name in chosen {
        guard let shell = run.engine.currentShells[name] else { continue }
        resources[name] = try HostReset(try await Manifest.read(from: shell)).resources()
      }
      let plan = await run.plan([Phase("reset", title: "Clean the hosts", resources: resources)], forChange: true)
      guard plan.changeCount > 0 else { return }
      if !yes, chosen.count == rack.nodes.count { try confirmEnd(rack, run) }
      try Approval(yes: yes, output: output).ask(plan, run)
      try await run.apply(plan)
    }
    guard status == .done else { throw status }
  }

  private func refuseMembers(_ chosen: [String], _ run: RackRun) async throws {
    let view = await run.view()
    let errors = chosen.compactMap { name -> HearthError? in
      guard let facts = run.session.survey.facts[name], facts.nodeRecord != nil else { return nil }
      let isNode = view.node(name).map { $0.machineID == facts.machineID || $0.isReady } ?? false
      // Data of a member that etcd does not count any more is what this command is for.
      let isMember = view.member(name)?.isHealthy == true
      if !view.hasQuorum, facts.hasJoined, view.holders.contains(name) {
        return HearthError(
          .refused, "etcd does not answer, and \(name) holds the cluster's data", subject: Subject(host: name),
          hint:
            "bring the cluster back first (`hearth up`, or `hearth restore`); --force deletes the data all the same",
          command: "hearth restore --from-survivor \(name)")
      }
      guard isNode || isMember else { return nil }
      return HearthError(
        .refused, "\(name) is part of the living cluster", subject: Subject(host: name),
        hint: "take it out in good order, its pods moved first; --force cleans it all the same",
        command: "hearth node remove \(name)")
    }
    guard errors.isEmpty else { throw HearthErrors(errors) }
  }

  private func confirmEnd(_ rack: Rack, _ run: RackRun) throws(HearthError) {
    run.pause()
    guard Question.canAsk else { return }
    let answer = Question.line(
      "This ends the cluster \(rack.cluster.name) and deletes its data. Type its name to go on")
    guard answer == rack.cluster.name else { throw HearthError(.refused, "stopped before any change") }
  }
}
