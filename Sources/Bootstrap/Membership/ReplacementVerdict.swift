package import Diagnostics
package import Provision

/// Who answers under a node's name: the system that joined, or another one, on the same board or on another. Pure.
package struct ReplacementVerdict: Sendable, Equatable {
  package enum System: Sendable, Equatable {
    /// The one that joined; it still has what hearth gave it.
    case old
    /// Another one: what the cluster knows under this name does not exist any more.
    case new
    /// The cluster has no node of this name: an earlier run took it out, or it never was there.
    case unknownToCluster
  }

  package var system: System
  package var words: String

  /// - Throws: when the board is that of another node, as happens when cards are mixed up.
  package init(name: String, facts: Facts, view: ClusterView) throws(HearthError) {
    let known = view.node(name)
    let serial = facts.serial
    if !serial.isEmpty, let other = view.nodes?.first(where: { $0.serial == serial && $0.name != name }) {
      throw HearthError(
        .refused, "the board that answers as \(name) (serial \(serial)) is \(other.name)'s",
        subject: Subject(host: name),
        hint: "look which card is in which board, and which address each one gets")
    }
    let board =
      if serial.isEmpty { "a host that tells no serial number" } else if known?.serial.isEmpty ?? true {
        "the board with serial \(serial), of which nothing was known"
      } else if known?.serial == serial { "the same board (serial \(serial))" } else {
        "another board (serial \(serial), it was \(known?.serial ?? "unknown"))"
      }
    let isMember = view.member(name) != nil
    if known == nil, !isMember {
      system = .unknownToCluster
      words = "\(board); the cluster knows no such node now"
    } else if facts.nodeRecord == nil {
      system = .new
      words = "\(board), with a new system"
    } else {
      system = .old
      words = "\(board), and its system is the one that joined"
    }
  }
}
