import Artifacts
import Diagnostics
import Inventory
import PKI
import Provision

/// Phases of control planes that come and go, one at a time.
extension ClusterBootstrap {
  /// The control-plane host that speaks for the cluster; nil where none takes part.
  func lead(_ authority: Authority, _ software: [Architecture: Software]) throws(HearthError) -> ClusterNode? {
    let node = nodes.first {
      $0.roles.contains(.controlPlane) && (membership.lead ?? $0.name) == $0.name
    }
    guard let node else { return nil }
    return try host(node, authority, software)
  }

  /// Each new member is announced on the lead, started on its host, and gets its vote on the lead.
  func joinPhases(_ hosts: [String: ClusterNode], _ lead: ClusterNode) throws(HearthError) -> [Phase] {
    var phases: [Phase] = []
    for join in membership.joins {
      guard let host = hosts[join.node] else { continue }
      let needs = Set([lead.name, host.name])
      phases += [
        Phase(
          .announce(join.node), title: "Announce \(join.node) to etcd as a learner",
          resources: [lead.name: [try lead.announce(join)]], needs: needs),
        Phase(
          .join(join.node), title: "Start the control plane on \(join.node)",
          resources: [host.name: Self.filesFirst(try controlPlane(host, join))], needs: needs),
        Phase(
          .promote(join.node), title: "Give \(join.node) its vote in etcd",
          resources: [lead.name: [try lead.promote(join)]], needs: needs),
      ]
    }
    return phases
  }

  /// Hosts that stay as workers: their API server goes first, then their member, then what is left of both. All
  /// balancers have turned away from them before.
  func departurePhases(_ hosts: [String: ClusterNode], _ lead: ClusterNode) throws(HearthError) -> [Phase] {
    var phases: [Phase] = []
    for member in membership.departures {
      guard let host = hosts[member.name] else { continue }
      phases += [
        Phase(
          .stop(host.name), title: "Stop the control plane on \(host.name)",
          resources: [host.name: ClusterNode.stoppedControlPlane], needs: [lead.name]),
        Phase(
          .remove(host.name), title: "Take \(host.name) out of etcd",
          resources: [lead.name: [try lead.remove(member)]], needs: [lead.name, host.name]),
      ]
    }
    let retired = hosts.values.filter { !$0.isControlPlane && $0.hasControlPlaneRemains }
    guard !retired.isEmpty else { return phases }
    var resources: [String: [Resource]] = [:]
    for host in retired {
      resources[host.name] =
        host.withoutControlPlane(isStopped: membership.departures.contains { $0.name == host.name })
    }
    return phases + [
      Phase(
        .retire, title: "Remove what is left of former control planes", resources: resources,
        needs: membership.departures.isEmpty ? [] : [lead.name])
    ]
  }
}
