import Diagnostics
import Inventory
package import Provision

/// Whom the cluster's DNS asks for names of the world. A pod of CoreDNS may run on any node and reads the name servers of
/// that node; one that asks itself, or nobody, ends at once and never serves.
package enum NameForwarding: Sendable, Equatable {
  /// Every node's own name servers, as its pods see them: they follow what the router says.
  case ofNode
  /// These, because not every node names some.
  case addresses([String])
  /// Nobody: pods resolve only the cluster's own names.
  case none

  /// CoreDNS takes no more.
  private static let most = 15

  /// - Parameter facts: of the nodes that take part.
  package init(_ facts: [Facts]) {
    let lists = facts.map(\.podNameServers)
    if !facts.isEmpty, zip(facts, lists).allSatisfy({ !$1.isEmpty && $0.podResolvers.count == $1.count }) {
      self = .ofNode
      return
    }
    var seen: Set<String> = []
    let all = lists.joined().filter { seen.insert($0).inserted }
    self = all.isEmpty ? .none : .addresses(Array(all.prefix(Self.most)))
  }

  /// What follows `forward .` in a Corefile; nil without anybody to ask.
  var target: String? {
    switch self {
    case .ofNode: "/etc/resolv.conf"
    case .addresses(let list): list.joined(separator: " ")
    case .none: nil
    }
  }

  /// What people should know; nil where all is as usual.
  package var note: String? {
    switch self {
    case .ofNode: nil
    case .addresses(let list):
      "not every host names a name server that pods can reach: the cluster's DNS asks \(list.joined(separator: ", "))"
    case .none:
      "no host names a name server that pods can reach: pods resolve the cluster's own names only"
    }
  }
}
