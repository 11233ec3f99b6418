import Diagnostics
import Inventory
import Provision

extension ClusterNode {
  /// The interface with this host's own address, by which it reaches others of the same network.
  ///
  /// - Parameters:
  ///   - name: of the address, for people.
  ///   - hint: what to take instead of an address that is not there.
  /// - Throws: `unsupported` when the address is not in the network of this host's own: nobody would find it there.
  func interface(
    reaching address: IPv4Address, named name: String, hint: String
  ) throws(HearthError) -> (name: String, own: NetworkInterface.Address) {
    guard let interface = facts.interface(with: node.address),
      let own = interface.addresses.first(where: { $0.address == node.address })
    else {
      throw HearthError(
        .unsupported, "no network interface of this host carries \(node.address)", subject: Subject(host: self.name),
        hint: "correct the node's address in the inventory", command: "ip -4 -brief address")
    }
    guard own.isOnLink(address) else {
      throw HearthError(
        .unsupported, "\(name) lies outside this host's network \(node.address)/\(own.prefix)",
        subject: Subject(host: self.name), hint: hint, command: "ip -4 -brief address")
    }
    return (interface.name, own)
  }
}
