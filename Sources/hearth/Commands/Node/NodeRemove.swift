import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import Provision

struct NodeRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Take a node out of the cluster, dead or alive.",
    discussion: """
      Its pods move first, as disruption budgets allow; then its etcd member, its Node object and what the other hosts
      keep about it go, its host is cleaned, and its line leaves the inventory. What would cost etcd its majority is
      refused. Example:

        hearth node remove pi4
      """.flowing)

  @Argument(help: "Name of the node.", completion: Completions.hosts) var name: String
  @OptionGroup var consent: ConsentOptions
  @Flag(help: "Leave its line in the inventory; the next `hearth up` would add it again.") var keepLine = false
  @Flag(help: "Go on although volumes of which the node holds the only copy are lost.") var loseVolumes = false
  @OptionGroup var drain: DrainOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let path = try rackOptions.path()
    let inventory = try rackOptions.load()
    let rack = inventory.node(name) == nil ? try await withStranger(inventory) : inventory
    // Where the line cannot go, the text stays as it is; see below.
    let text = inventory.node(name) == nil || keepLine ? nil : try? InventoryEdit(path: path).removing(name)
    let run = try await RackRun.begin(
      "node remove", rack: rack, hosts: rack.nodes.map(\.name), inventory: path, text: text, access: access,
      sink: output.sink(), silent: [name])
    let status = await run.finish { run in
      let options = RemoveNode.Options(drain: drain.options, loseVolumes: loseVolumes) { plan in
        try Approval(consent, output: output).ask(plan, run)
      }
      try await RemoveNode(run, name, options).run()
      if inventory.node(name) != nil { try removeLine(path, run) }
    }
    guard status == .done else { throw status }
  }

  /// Its line is gone already: the cluster knows its address, and its neighbours how one logs in.
  private func withStranger(_ rack: Rack) async throws -> Rack {
    let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access)
    let release = KubernetesRelease.of(rack.cluster)
    var view = ClusterView()
    if let release {
      view = await ClusterView.ask(
        rack: rack, facts: session.survey.facts, shells: session.survey.fleet.shells, release: release)
    }
    await session.survey.fleet.close()
    let objections = RemovalRules.objections(to: name, rack: rack, view: view)
    guard objections.isEmpty else { throw HearthErrors(objections) }
    let text = view.node(name)?.address ?? view.member(name)?.address ?? ""
    guard let address = IPv4Address(text), let neighbour = rack.nodes.first else { return rack }
    var wider = rack
    wider.nodes.append(
      Node(name: name, address: address, roles: [.worker], ssh: neighbour.ssh, sudo: neighbour.sudo))
    return wider
  }

  private func removeLine(_ path: String, _ run: RackRun) throws {
    guard !keepLine else { return }
    do {
      let text = try InventoryEdit(path: path).removing(name)
      try TextFile.write(text, to: path)
      run.events.emit(.note(level: .info, host: nil, text: "\(name) is no longer in \(path)"))
    } catch let errors as HearthErrors {
      // Two control planes are not a number to stay with, so no inventory may say so.
      run.events.emit(
        .note(
          level: .warning, host: nil,
          text:
            "the line of \(name) stays in \(path), because without it: \(errors.errors.first?.message ?? "no rack"); "
            + "the next `hearth up` adds it again"))
    }
  }
}
