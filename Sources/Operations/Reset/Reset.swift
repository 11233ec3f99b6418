package import Bootstrap
package import Diagnostics
import Inventory
package import Provision
import SSH

/// Hosts are cleaned of everything that hearth put there.
package struct Reset {
  let port: any RackPort
  /// Names of hosts.
  let chosen: [String]

  package init(_ port: any RackPort, _ chosen: [String]) {
    self.port = port
    self.chosen = chosen
  }

  /// What a living cluster counts on. Pure.
  ///
  /// - Parameter facts: of the hosts that answered.
  package static func objections(to chosen: [String], facts: [String: Facts], view: ClusterView) -> [HearthError] {
    chosen.compactMap { name in
      guard let facts = facts[name], facts.nodeRecord != nil else { return nil }
      let isNode = view.node(name).map { $0.machineID == facts.machineID || $0.isReady } ?? false
      // Data of a member that etcd does not count any more is what this command is for.
      let isMember = view.member(name)?.isHealthy == true
      if !view.hasQuorum, facts.hasJoined, view.holders.contains(name) {
        return HearthError(
          .refused, "etcd does not answer, and \(name) holds the cluster's data", subject: Subject(host: name),
          hint:
            "bring the cluster back first (`hearth up`, or `hearth restore`); --force deletes the data all the same",
          command: "hearth restore --from-survivor \(name.shellQuoted)")
      }
      guard isNode || isMember else { return nil }
      return HearthError(
        .refused, "\(name) is part of the living cluster", subject: Subject(host: name),
        hint: "take it out in good order, its pods moved first; --force cleans it all the same",
        command: "hearth node remove \(name.shellQuoted)")
    }
  }

  /// - Parameters:
  ///   - force: also hosts that a living cluster counts on.
  ///   - loseVolumes: somebody knows that volumes of which a host holds the only copy go with it.
  ///   - approve: sees what would go.
  package func run(force: Bool, loseVolumes: Bool, approve: (Plan) throws -> Void) async throws {
    if chosen.count < port.rack.nodes.count, !force {
      let errors = Self.objections(to: chosen, facts: port.survey.facts, view: await port.view())
      guard errors.isEmpty else { throw HearthErrors(errors) }
    }
    var resources: [String: [Resource]] = [:]
    for name in chosen {
      guard let shell = port.shells[name] else { continue }
      resources[name] = try HostReset(try await Manifest.read(from: shell)).resources()
    }
    let plan = await port.plan([Phase("reset", title: "Clean the hosts", resources: resources)], forChange: true)
    guard plan.changeCount > 0 else { return }
    let names = plan.changedHosts.filter { port.survey.facts[$0]?.nodeRecord != nil }
    if !names.isEmpty { try await port.refuseLostVolumes(ofCleaned: names, isAccepted: loseVolumes) }
    try approve(plan)
    try await port.apply(plan)
  }
}
