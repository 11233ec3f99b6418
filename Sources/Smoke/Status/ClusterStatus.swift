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
  /// The conditions that need no test pods.
  package var conditions: [ConditionResult]
  package var warnings: [String]
  /// On the way from power-on to service.
  package var stages: [Stage]

  /// True when no condition fails.
  package var healthy: Bool { !conditions.contains { $0.state == .failed } }
}
