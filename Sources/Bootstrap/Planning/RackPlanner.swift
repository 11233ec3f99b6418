package import Artifacts
package import Diagnostics
package import Inventory
package import PKI
import Preflight
package import Provision

/// From a surveyed rack to the phases of `up`, the same for `plan` and `up`: preparation of the hosts first, then
/// Kubernetes.
package struct RackPlanner: Sendable {
  package let rack: Rack
  package let facts: [String: Facts]
  package var bootstrap: ClusterBootstrap

  /// - Throws: every problem that stands in the way and that `up` cannot fix, of all hosts that answered.
  ///
  /// - Parameters:
  ///   - view: what the living control plane knows; empty for a rack without one.
  ///   - facts: in place of those of the survey.
  ///   - inventory: its text.
  ///   - isNew: false for a rack that was there before, although its hosts do not show it.
  ///   - scope: nodes that join or leave etcd and are waited for in this run; nil means all.
  package init(
    rack: Rack, survey: Survey, facts: [String: Facts]? = nil, view: ClusterView, inventory: String? = nil,
    scope: Set<String>? = nil, isNew: Bool = true
  ) throws(HearthErrors) {
    self.rack = rack
    let facts = facts ?? survey.facts
    self.facts = facts
    let blocking = Check.problems(rack: rack, facts: facts, failures: survey.failures)
      .filter { $0.isBlocking && $0.rule != .unreachable }
    guard blocking.isEmpty else {
      throw HearthErrors(
        blocking.map {
          HearthError(
            .unsupported, "\($0.title): \($0.detail)", subject: Subject(host: $0.host, step: "check"), hint: $0.remedy)
        })
    }
    if isNew, let refusal = Self.refusal(ofNew: rack, facts) { throw HearthErrors([refusal]) }
    bootstrap = try ClusterBootstrap(rack: rack, facts: facts, view: view, scope: scope)
    let release = bootstrap.release
    let misfits = rack.nodes.flatMap { release.objections(toInstalled: facts[$0.name]?.packages ?? [:], on: $0.name) }
    guard misfits.isEmpty else { throw HearthErrors(misfits) }
    bootstrap.inventory = inventory
    var mistakes: [HearthError] = []
    for addOn in rack.cluster.addons.own {
      do {
        // A tree is rendered with the rack's software; its mistakes are told here, together with all others.
        let isTree = try KustomizeTree.read(addOn) != nil
        bootstrap.addOns.append(
          isTree ? AddOnManifests(name: addOn.name, objects: []) : try AddOnManifests.read(addOn))
      } catch {
        mistakes.append(error)
      }
    }
    for registry in rack.cluster.registries {
      do {
        bootstrap.registryAuthorities[registry.name] = try RegistryAuthority.read(registry)
      } catch {
        mistakes.append(error)
      }
    }
    guard mistakes.isEmpty else { throw HearthErrors(mistakes) }
  }

  /// A release without updates is kept for racks that run it, so that they can go on to the next.
  private static func refusal(ofNew rack: Rack, _ facts: [String: Facts]) -> HearthError? {
    let version = rack.cluster.kubernetes
    guard let release = ReleaseTable.embedded.release(of: version), !release.takesNewRacks,
      !facts.values.contains(where: \.hasJoined)
    else { return nil }
    return HearthError(
      .refused, "Kubernetes \(version) gets no updates since \(release.ends): no new rack is made with it",
      hint:
        "set `cluster.kubernetes` to \(KubernetesVersion.current), or to a release of \(KubernetesVersion.supportedList)"
    )
  }

  /// Architectures of the hosts that take part.
  package var architectures: Set<Architecture> { Set(bootstrap.nodes.compactMap { facts[$0.name]?.architecture }) }

  /// - Parameter hosts: the hosts that take part; the others are left as they are.
  package func phases(
    authority: Authority, software: [Architecture: Software], hosts: Set<String>
  ) throws(HearthErrors) -> [Phase] {
    let halves = bootstrap.membership.objections(limitedTo: hosts, of: rack)
    guard halves.isEmpty else { throw HearthErrors(halves) }
    let preparation: Phase
    do throws(HearthError) {
      preparation = try HostPreparation.phase(rack: rack, facts: facts, needs: bootstrap.needs)
    } catch {
      throw HearthErrors([error])
    }
    let all = [preparation] + (try bootstrap.phases(authority: authority, software: software))
    return all.map { phase in
      var phase = phase
      phase.resources = phase.resources.filter { hosts.contains($0.key) }
      return phase
    }
  }
}
