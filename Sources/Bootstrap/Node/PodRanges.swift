package import Diagnostics
package import Inventory

/// Each node's share of the pod network: given once, kept over every later run, reordering and replacement.
package struct PodRanges: Sendable, Equatable {
  /// By node name; every node of the rack has one.
  package let ranges: [String: IPv4Network]

  package subscript(_ node: String) -> IPv4Network? { ranges[node] }

  /// Keeps what the hosts' records say; nodes without a range get the lowest free ones, in the inventory's order.
  ///
  /// What a worker says of others counts only where no control plane has a record, and what it says of itself only where
  /// none knows better: nobody else's range is for it to give.
  ///
  /// - Parameter records: of the hosts that answered, by node name.
  package init(rack: Rack, records: [String: NodeRecord]) throws(HearthErrors) {
    let networks = rack.cluster.networks
    var errors: [HearthError] = []
    var kept: [String: IPv4Network] = [:]
    let leads = rack.controlPlane.compactMap { records[$0.name] }
    let believed = leads.isEmpty ? rack.nodes.compactMap { records[$0.name] } : leads
    for node in rack.nodes {
      let own = records[node.name]?.podRanges[node.name]
      let told = believed.lazy.compactMap { $0.podRanges[node.name] }.first
      // Of those that are believed, a host's word about itself counts more than that of others about it.
      let isBelieved = leads.isEmpty || node.roles.contains(.controlPlane)
      guard let text = isBelieved ? own ?? told : told ?? own else { continue }
      guard let range = IPv4Network(text), range.prefix == networks.podPrefixPerNode,
        networks.pods.contains(range.base)
      else {
        errors.append(
          HearthError(
            .refused, "\(node.name) holds the pod range \(text), which is not a share of \(networks.pods)",
            subject: Subject(host: node.name, file: NodeRecord.path),
            hint: "Put the inventory's pod network back to what it was when the cluster was made, or reset the cluster."
          ))
        continue
      }
      if let other = kept.first(where: { $0.value == range }) {
        errors.append(
          HearthError(
            .refused, "\(other.key) and \(node.name) both hold the pod range \(range)",
            subject: Subject(host: node.name, file: NodeRecord.path),
            hint: "Reset one of the two hosts; it then gets a range of its own."))
        continue
      }
      kept[node.name] = range
    }
    // What living hosts remember of nodes that are gone from the inventory is free again only once they forgot it.
    let remembered = Set(believed.flatMap { $0.podRanges.values })
    var index = 0
    for node in rack.nodes where kept[node.name] == nil {
      var found: IPv4Network?
      while let range = networks.pods.subnet(prefix: networks.podPrefixPerNode, index: index) {
        index += 1
        if remembered.contains(range.description) || kept.values.contains(range) { continue }
        found = range
        break
      }
      guard let found else {
        errors.append(
          HearthError(
            .inventory, "the pod network \(networks.pods) has no room for \(rack.nodes.count) nodes",
            subject: node.source, hint: "Choose a larger pod network or a smaller share for each node."))
        break
      }
      kept[node.name] = found
    }
    guard errors.isEmpty else { throw HearthErrors(errors) }
    ranges = kept
  }
}
