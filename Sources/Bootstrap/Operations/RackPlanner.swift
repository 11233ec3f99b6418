package import Artifacts
package import Diagnostics
package import Inventory
package import PKI
package import Provision

/// From a surveyed rack to the phases of `up`, the same for `plan` and `up`: preparation of the hosts first, then
/// Kubernetes.
package struct RackPlanner: Sendable {
  package let rack: Rack
  package let facts: [String: Facts]
  package let bootstrap: ClusterBootstrap

  /// - Throws: every problem that stands in the way and that `up` cannot mend, of all hosts that answered.
  ///
  /// - Parameter view: what the living control plane knows; empty for a rack without one.
  package init(rack: Rack, survey: Survey, view: ClusterView) throws(HearthErrors) {
    self.rack = rack
    facts = survey.facts
    let blocking = Check.problems(rack: rack, facts: survey.facts, failures: survey.failures)
      .filter { $0.isBlocking && $0.rule != .unreachable }
    guard blocking.isEmpty else {
      throw HearthErrors(
        blocking.map {
          HearthError(
            .unsupported, "\($0.title): \($0.detail)", subject: Subject(host: $0.host, step: "check"), hint: $0.remedy)
        })
    }
    bootstrap = try ClusterBootstrap(rack: rack, facts: survey.facts, view: view)
  }

  /// Architectures of the hosts that take part.
  package var architectures: Set<Architecture> { Set(bootstrap.nodes.compactMap { facts[$0.name]?.architecture }) }

  /// - Parameter hosts: the hosts that take part; the others are left as they are.
  package func phases(
    authority: Authority, software: [Architecture: Software], hosts: Set<String>
  ) throws(HearthErrors) -> [Phase] {
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
