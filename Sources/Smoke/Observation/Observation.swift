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

  /// A node that is Ready in the API server's eyes, while its host has rebooted and its kubelet said nothing since: after
  /// a power cut the API server knows nodes as they were before. Both times are the node's own.
  func isRemembered(_ name: String) -> Bool {
    guard let booted = hosts[name]?.booted, let renewed = cluster?.node(name)?.renewed else { return false }
    return renewed < booted
  }
}
