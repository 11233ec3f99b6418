package import Bootstrap
package import Diagnostics
package import Inventory

/// Nodes that the cluster has and the inventory does not: their lines were taken away, but not they.
package struct OrphanedNodes: Sendable, Equatable {
  package var names: [String]

  package init(names: [String]) { self.names = names }

  package init(_ rack: Rack, _ view: ClusterView) {
    names = RemovalRules.strangers(rack: rack, view: view)
  }

  package var isEmpty: Bool { names.isEmpty }

  package var text: String {
    names.count == 1
      ? "\(names[0]) is part of the cluster and not of the inventory"
      : "\(names.joined(separator: ", ")) are part of the cluster and not of the inventory"
  }

  /// Nothing happens to the rack before it is settled.
  package var refusal: HearthError {
    HearthError(
      .refused, text,
      hint: "take it out of the cluster, its pods moved and its host cleaned, with the command below; "
        + "or put its line back into the inventory",
      command: names.map { "hearth node remove \($0.shellQuoted)" }.joined(separator: "\n"))
  }
}
