package import Diagnostics

/// What the API server says of the cluster.
package struct ClusterState: Sendable, Equatable, Codable {
  package struct Condition: Sendable, Equatable, Codable {
    package var type: String
    /// `True`, `False` or `Unknown`.
    package var status: String
    package var reason: String
    package var message: String
    /// When the status last became another, in seconds since 1970.
    @OptionalTimestamp package var since: Int? = nil
  }

  package struct Node: Sendable, Equatable, Codable {
    package var name: String
    package var address: String?
    package var roles: [String]
    package var kubelet: String
    package var kernel: String
    package var runtime: String
    package var system: String
    package var architecture: String
    package var podRange: String?
    package var unschedulable: Bool
    package var conditions: [Condition]
    /// When its kubelet last renewed its lease, by the node's own clock, in seconds since 1970.
    @OptionalTimestamp package var renewed: Int? = nil

    package var isReady: Bool { conditions.contains { $0.type == "Ready" && $0.status == "True" } }
  }

  /// A Deployment or DaemonSet of `kube-system`.
  package struct AddOn: Sendable, Equatable, Codable {
    package var name: String
    package var kind: String
    package var ready: Int
    package var wanted: Int
  }

  /// The clock of the host that was asked, in seconds since 1970.
  package var clock: Int?
  /// The API server's own version, such as `v1.36.2`.
  package var server: String
  package var nodes: [Node]
  package var addOns: [AddOn]
  /// Nil where the API server did not say.
  package var policies: UnenforcedPolicies?
  /// Nil where nobody asked for details, or the API server did not say.
  package var pods: [PodCount]?
  /// The newest first.
  package var events: [ClusterEvent]?

  package init(server: String, nodes: [Node], addOns: [AddOn] = []) {
    self.server = server
    self.nodes = nodes
    self.addOns = addOns
  }

  package func node(_ name: String) -> Node? { nodes.first { $0.name == name } }

  /// The node that became Ready last, and how many seconds ago; nil when nobody knows.
  package var newest: (name: String, seconds: Int)? {
    guard let clock else { return nil }
    return nodes.compactMap { node in
      node.conditions.first { $0.type == "Ready" && $0.status == "True" }?.since.map { (node.name, max(0, clock - $0)) }
    }.min { $0.1 < $1.1 }
  }
}
