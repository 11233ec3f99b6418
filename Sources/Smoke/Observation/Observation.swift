package import Diagnostics

/// What was seen of a rack at one moment; parts that were not looked at are absent.
package struct Observation: Sendable {
  /// By node name.
  package var hosts: [String: HostState]
  /// Hosts that could not be asked, and why.
  package var unreachable: [String: HearthError]
  package var cluster: ClusterState?
  /// Why there is no ``cluster``.
  package var clusterProblem: String?
  /// Only after a smoke test.
  package var trials: TrialResults?

  package init(
    hosts: [String: HostState] = [:], unreachable: [String: HearthError] = [:], cluster: ClusterState? = nil,
    clusterProblem: String? = nil
  ) {
    self.hosts = hosts
    self.unreachable = unreachable
    self.cluster = cluster
    self.clusterProblem = clusterProblem
  }
}
