package import Diagnostics
package import Inventory

/// Whether a node may leave now. Pure; each refusal says what would be lost and the safe order.
package enum RemovalRules {
  package static func objections(to name: String, rack: Rack, view: ClusterView) -> [HearthError] {
    let subject = Subject(host: name)
    guard let nodes = view.nodes else {
      return [
        HearthError(
          .refused, "no API server answers, so nothing can be removed from the cluster", subject: subject,
          hint: "bring a control-plane host up first; if they are gone for good, use `hearth restore`")
      ]
    }
    let address = rack.node(name)?.address.description
    let member = view.member(name, address: address)
    guard rack.node(name) != nil || member != nil || nodes.contains(where: { $0.name == name }) else {
      let known = Set(rack.nodes.map(\.name)).union(nodes.map(\.name)).sorted()
      return [
        HearthError(
          .usage, "there is no node named \(name), neither in the inventory nor in the cluster",
          hint: "the nodes are: \(known.joined(separator: ", "))")
      ]
    }
    var errors: [HearthError] = []
    if let member, let objection = Quorum.objection(removing: member, from: view.members) { errors.append(objection) }
    if errors.isEmpty, nodes.allSatisfy({ $0.name == name }), !nodes.isEmpty {
      errors.append(
        HearthError(
          .refused, "\(name) is the last node", subject: subject, hint: "to end the cluster, use `hearth reset`"))
    }
    return errors
  }

  /// What the API server and etcd know and the inventory does not: somebody took a line away without taking the node
  /// away.
  package static func strangers(rack: Rack, view: ClusterView) -> [String] {
    let known = Set(rack.nodes.map(\.name))
    let addresses = Set(rack.nodes.map(\.address.description))
    let nodes = (view.nodes ?? []).map(\.name)
    let members = view.members.filter { !addresses.contains($0.address) }.map { $0.name.isEmpty ? $0.address : $0.name }
    var seen = known
    return (nodes + members).filter { seen.insert($0).inserted }
  }
}
