package import Artifacts
package import Diagnostics
package import Inventory
package import PKI
import Preflight
package import Provision
import Templates

/// What the commands on single nodes know before they begin: the rack, its hosts, the living cluster. From this come
/// their phases, as pure values.
package struct NodeWork: Sendable {
  package var rack: Rack
  package var survey: Survey
  package var view: ClusterView
  package var release: KubernetesRelease
  package var authority: Authority
  package var software: [Architecture: Software]
  /// As it reads once the work is done.
  package var inventory: String?

  package init(
    rack: Rack, survey: Survey, view: ClusterView, release: KubernetesRelease, authority: Authority,
    software: [Architecture: Software], inventory: String?
  ) {
    self.rack = rack
    self.survey = survey
    self.view = view
    self.release = release
    self.authority = authority
    self.software = software
    self.inventory = inventory
  }

  /// What every host keeps about the others: names, routes, balancer, clocks, on control planes the inventory. Nothing else
  /// of a neighbour changes.
  static let shared: Set<String> = Set(
    [
      NodeRecord.path, ClusterNode.routesTable, ClusterNode.balancerConfig, ClusterNode.balancerState,
      ClusterNode.signingTablePath, TimeKeeping.chronyFile, TimeKeeping.timesyncdFile, ClusterNode.inventoryPath,
    ].map(Resource.fileID)
      + [
        ClusterNode.routesUnit, ClusterNode.balancerUnit, TimeKeeping.chronyUnit, TimeKeeping.timesyncdUnit,
      ].map(Resource.unitID)
      + [Resource.hosts([]).id, ClusterNode.routesToPods, ClusterObjects.accessName])

  /// What the lead does for a newcomer, besides.
  static let forNewcomers: Set<String> = [ClusterObjects.resourceName, ClusterConditions.nodesReadyName]

  /// - Parameter name: gets everything; the others only what they keep about it.
  package func addition(of name: String) throws(HearthErrors) -> [Phase] {
    // Changes of membership that are not about this node wait for `up`, whatever state other hosts are in.
    let planner = try RackPlanner(rack: rack, survey: survey, view: view, inventory: inventory, scope: [name])
    let phases = try planner.phases(
      authority: authority, software: software, hosts: Set(planner.bootstrap.nodes.map(\.name)))
    let lead = planner.bootstrap.membership.lead
    return phases.compactMap { phase in
      if phase.id?.isDeparture == true { return nil }
      var phase = phase
      // What comes for the newcomer's sake makes no sense without it.
      if phase.resources[name] == nil || phase.id == .cluster { phase.needs.insert(name) }
      for (host, resources) in phase.resources where host != name {
        // A neighbour that is not complete itself waits for `up`.
        guard survey.facts[host]?.hasJoined == true else {
          phase.resources[host] = nil
          continue
        }
        phase.resources[host] = resources.filter {
          Self.shared.contains($0.id) || (host == lead && Self.forNewcomers.contains($0.id))
            || ClusterNode.memberSteps(of: name).contains($0.id)
        }
      }
      phase.resources = phase.resources.filter { !$0.value.isEmpty }
      return phase
    }
  }

  /// The phases of a departure, after the node has been drained: its API server, its etcd member, its Node object, then
  /// the host itself, and what the others kept about it.
  ///
  /// - Parameters:
  ///   - isGone: the host, or at least its system, does not exist any more: pods that the cluster still counts there are
  ///     let go at once.
  ///   - manifest: of the host, if it is to be cleaned.
  ///   - forget: false where a host of the same name takes its place.
  package func departure(
    of name: String, isGone: Bool, manifest: Manifest?, forget: Bool
  ) throws(HearthErrors) -> [Phase] {
    let rest = rack.without(name)
    // Nobody else's membership matters to a departure.
    let planner = try RackPlanner(rack: rest, survey: survey, view: view, inventory: inventory, scope: [])
    do throws(HearthError) {
      guard let lead = try planner.bootstrap.lead(authority, software) else {
        throw HearthError(.unreachable, "no control-plane host answers")
      }
      var phases: [Phase] = []
      if forget { phases += try neighbours(planner, except: name) }
      if let member = view.member(name, address: rack.node(name)?.address.description) {
        if manifest != nil {
          phases.append(
            Phase(
              .stop(name), title: "Stop the control plane on \(name)",
              resources: [name: ClusterNode.stoppedControlPlane], needs: [lead.name]))
        }
        phases.append(
          Phase(
            "etcd", title: "Take \(name) out of etcd", resources: [lead.name: [try lead.remove(member)]],
            needs: [lead.name]))
      }
      if view.node(name) != nil {
        phases.append(
          Phase(
            "node", title: "Take \(name) out of the cluster",
            resources: [lead.name: [try lead.deleted(name, isGone: isGone)]], needs: [lead.name]))
      }
      if let manifest {
        let reset = try HostReset(manifest).resources()
        if !reset.isEmpty {
          phases.append(Phase("reset", title: "Clean the host \(name)", resources: [name: reset], needs: [lead.name]))
        }
      }
      return phases
    } catch {
      throw HearthErrors([error])
    }
  }

  private func neighbours(_ planner: RackPlanner, except name: String) throws(HearthError) -> [Phase] {
    let phases: [Phase]
    do {
      phases = try planner.phases(
        authority: authority, software: software, hosts: Set(planner.bootstrap.nodes.map(\.name)))
    } catch {
      throw error.errors.first ?? HearthError(.internalError, "no phases")
    }
    var resources: [String: [Resource]] = [:]
    for phase in phases {
      for (host, list) in phase.resources {
        resources[host, default: []] += list.filter { Self.shared.contains($0.id) }
      }
    }
    return [Phase("neighbours", title: "Let the other hosts forget \(name)", resources: resources)]
  }
}

extension ClusterNode {
  /// The cluster no longer has this node, nor pods that it counts there.
  func deleted(_ name: String, isGone: Bool) throws(HearthError) -> Resource {
    let script = try Template("cluster/delete-node").render([
      "kubectl": Kubectl.admin, "node": name, "isGone": isGone,
    ])
    return .custom(
      .init(
        "node \(name) deleted", probe: "\(Kubectl.observe) get node \(name.shellQuoted) -o name --ignore-not-found",
        judge: { status, output in
          status == 0 && output.isEmpty ? [] : [FieldChange("node", from: name, to: nil)]
        },
        apply: { () throws(HearthError) in .init("set +e\n" + script, timeout: .seconds(120)) }))
  }
}
