package import Artifacts
package import Diagnostics
package import Inventory
package import PKI
package import Provision

/// From a surveyed rack to the phases of `up`, the same for `plan` and `up`: preparation of the hosts first, then
/// Kubernetes.
package struct RackPlanner: Sendable {
  package let rack: Rack
  package let survey: Survey
  private let bootstrap: ClusterBootstrap

  /// - Throws: every problem that stands in the way and that `up` cannot mend, of all hosts.
  package init(rack: Rack, survey: Survey) throws(HearthErrors) {
    self.rack = rack
    self.survey = survey
    let blocking = Check.problems(rack: rack, facts: survey.facts, failures: survey.failures)
      .filter { $0.isBlocking && $0.rule != .unreachable }
    guard blocking.isEmpty else {
      throw HearthErrors(
        blocking.map {
          HearthError(
            .unsupported, "\($0.title): \($0.detail)", subject: Subject(host: $0.host, step: "check"), hint: $0.remedy)
        })
    }
    bootstrap = try ClusterBootstrap(rack: rack, facts: survey.facts)
  }

  /// What must be in the operator's cache before ``phases(authority:files:)``.
  package var artifacts: [Artifact] { bootstrap.artifacts }

  /// - Parameter hosts: the hosts that take part; the others are left as they are.
  package func phases(
    authority: Authority, files: [Artifact: LocalFile], hosts: Set<String>
  ) throws(HearthErrors) -> [Phase] {
    var needs: [String: HostNeeds] = [:]
    for node in rack.nodes { needs[node.name] = bootstrap.needs(of: node) }
    let preparation: Phase
    do throws(HearthError) {
      preparation = try HostPreparation.phase(rack: rack, facts: survey.facts, needs: needs)
    } catch {
      throw HearthErrors([error])
    }
    let all = [preparation] + (try bootstrap.phases(authority: authority, files: files))
    return all.map { phase in
      var phase = phase
      phase.resources = phase.resources.filter { hosts.contains($0.key) }
      return phase
    }
  }

  package func adminKubeconfig(authority: Authority) throws(HearthError) -> Secret<String> {
    try bootstrap.adminKubeconfig(authority: authority)
  }
}
