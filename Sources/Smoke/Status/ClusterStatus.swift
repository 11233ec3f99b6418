/// What `hearth status` shows: every node, its versions, conditions and certificates, the health of API server and
/// etcd, add-ons and warnings. Encodable as it is for `--output json`.
package struct ClusterStatus: Sendable, Equatable, Codable {
  package struct Host: Sendable, Equatable, Codable {
    package var name: String
    package var address: String
    package var roles: [String]
    /// Why the host could not be asked.
    package var unreachable: String?
    /// What it says of itself.
    package var state: HostState?
    /// What the API server says of it.
    package var node: ClusterState.Node?
  }

  package var cluster: String
  /// The API server's version; nil when none answered.
  package var server: String?
  package var hosts: [Host]
  package var addOns: [ClusterState.AddOn]
  package var pods: [PodCount]?
  /// What Kubernetes told last, the newest first.
  package var events: [ClusterEvent]?
  /// The conditions that need no test pods.
  package var conditions: [ConditionResult]
  package var warnings: [String]
  /// On the way from power-on to service.
  package var stages: [Stage]

  /// The same about these hosts only; what is said of the cluster as a whole stays.
  package func limited(to names: [String]) -> ClusterStatus {
    var status = self
    status.hosts = hosts.filter { names.contains($0.name) }
    status.conditions = conditions.filter { $0.host.map(names.contains) ?? true }
    return status
  }

  /// True when no condition fails.
  package var healthy: Bool { !conditions.contains { $0.state == .failed } }
}
