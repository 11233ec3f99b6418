import Bootstrap
import Diagnostics
import Inventory
import Provision

/// What keeps a rack from following its boards, found before anything is changed.
extension Readdress {
  /// - Throws: whatever makes a board another than the one that is meant.
  func check() async throws {
    let silent = Set(port.silentHosts)
    let needed = Set(moves.map(\.node)).union(planes)
    let missing = port.rack.nodes.map(\.name).filter { silent.contains($0) && needed.contains($0) }
    guard missing.isEmpty else {
      throw HearthError(
        .refused, "\(missing.joined(separator: ", ")): no login at the address that is meant",
        hint:
          "every board that has moved, and every control plane, is needed: see the errors above, then give the right "
          + "addresses as in \(missing[0])=192.168.1.57")
    }
    var mistakes: [HearthError] = []
    for move in moves {
      guard let record = NodeRecord(port.survey.facts[move.node]?.nodeRecord) else {
        mistakes.append(
          HearthError(
            .refused, "the host at \(move.to) is not a node of a cluster", subject: Subject(host: move.node),
            hint:
              "correct its address in the inventory and run `hearth up`; a board with a new system is replaced: "
              + "`hearth node replace \(move.node)`"))
        continue
      }
      guard record.name != move.node else { continue }
      mistakes.append(
        HearthError(
          .refused, "the board at \(move.to) is \(record.name), not \(move.node)", subject: Subject(host: move.node),
          hint: "give the addresses as they are, as in \(record.name)=\(move.to)"))
    }
    guard mistakes.isEmpty else { throw HearthErrors(mistakes) }
    try refuseForeign()
  }

  /// Addresses that hosts carry in turns have to be of the network where the hosts are now; which are free there only its
  /// owner knows.
  private func refuseForeign() throws(HearthErrors) {
    let cluster = port.rack.cluster
    var mistakes: [HearthError] = []
    func look(_ addresses: [IPv4Address], on nodes: [Node], _ what: String, _ hint: String) {
      for node in nodes {
        let own = port.survey.facts[node.name]?.interface(with: node.address)?.addresses
          .first { $0.address == node.address }
        guard let own, let foreign = addresses.first(where: { !own.isOnLink($0) }) else { continue }
        mistakes.append(
          HearthError(
            .refused, "\(what) \(foreign) lies outside the network of \(node.name), \(own.address)/\(own.prefix)",
            subject: Subject(host: node.name), hint: hint))
        return
      }
    }
    if let virtual = cluster.endpoint?.virtualAddress {
      look(
        [virtual], on: port.rack.controlPlane, "the virtual address",
        "give a free address of that network, outside of what its DHCP server gives away: `--endpoint ADDRESS`")
    }
    if let range = cluster.loadBalancer?.addresses {
      look(
        [range.first, range.last], on: port.rack.nodes, "for Services, the address",
        "give free addresses of that network, outside of what its DHCP server gives away: `--load-balancer RANGE`")
    }
    guard mistakes.isEmpty else { throw HearthErrors(mistakes) }
  }

  /// Old and new addresses are used side by side while etcd's members meet.
  func refuseExchange() throws(HearthErrors) {
    let own = moves.filter { planes.contains($0.node) }
    guard planes.count > 1 else { return }
    let taken = own.filter { move in own.contains { $0.node != move.node && $0.to == move.from } }
    guard taken.isEmpty else {
      throw HearthErrors(
        taken.map { move in
          HearthError(
            .refused, "the old address of \(move.node), \(move.from), belongs to another control plane now",
            subject: Subject(host: move.node),
            hint: "give the control planes other addresses than any of them had, readdress the rack, and then once more"
          )
        })
    }
  }
}
