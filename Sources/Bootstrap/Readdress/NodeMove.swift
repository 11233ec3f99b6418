package import Inventory

/// A node whose board answers at another address than before.
package struct NodeMove: Sendable, Equatable {
  package var node: String
  package var from: IPv4Address
  package var to: IPv4Address

  package init(node: String, from: IPv4Address, to: IPv4Address) {
    (self.node, self.from, self.to) = (node, from, to)
  }

  package var text: String { "\(node): \(from) → \(to)" }
}
