import Untrusted

/// A member of the etcd cluster, as etcd lists it.
package struct EtcdMember: Sendable, Equatable {
  /// Hexadecimal, as etcdctl takes it.
  package var id: String
  /// The node's name; empty while the member was announced and has not started yet.
  package var name: String
  package var peerURL: String
  /// Empty until the member has started for the first time.
  package var clientURL: String
  /// Learners follow and have no vote.
  package var isLearner: Bool
  /// It answers, and what it answers went through a quorum.
  package var isHealthy: Bool

  package init(
    id: String, name: String, peerURL: String, clientURL: String, isLearner: Bool = false, isHealthy: Bool = false
  ) {
    self.id = id
    self.name = name
    self.peerURL = peerURL
    self.clientURL = clientURL
    self.isLearner = isLearner
    self.isHealthy = isHealthy
  }

  package var hasStarted: Bool { !clientURL.isEmpty }

  /// The address in the peer URL, such as `10.77.0.11`.
  package var address: String {
    let host = peerURL.split(separator: "/").last ?? ""
    return String(host.prefix { $0 != ":" })
  }

  package static func peerURL(of address: String) -> String { "https://\(address):2380" }
}
