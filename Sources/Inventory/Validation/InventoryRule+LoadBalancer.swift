import Schema

extension InventoryRule {
  /// Addresses for Services belong to nobody else in the inventory. Whether they lie in the nodes' network only the nodes can
  /// tell, and whether somebody in the LAN has one of them.
  static let loadBalancer = InventoryRule { document, decoding in
    guard let given = document.cluster.loadBalancer?.addresses else { return }
    let (range, place) = (given.value, given.place)
    guard range.isWithinOneByte, range.count <= LoadBalancer.most else {
      decoding.add(
        "the addresses \(range) are \(range.count), or differ in more than their last number", at: place,
        hint: "take at most \(LoadBalancer.most) that differ in their last number only, such as 192.168.1.200-219")
      return
    }
    if range.addresses.contains(where: { $0.bits & 255 == 0 || $0.bits & 255 == 255 }) {
      decoding.add(
        "the addresses \(range) hold one that ends in .0 or .255", at: place,
        hint: "leave it out: many devices take it for the network's own")
    }
    for (network, meaning) in special where range.addresses.contains(where: network.contains) {
      decoding.add("\(range) cannot be addresses for Services: \(network) stands for \(meaning)", at: place)
    }
    for (name, network) in [("pods", document.pods), ("services", document.services)] {
      guard let network, range.addresses.contains(where: network.contains) else { continue }
      decoding.add(
        "the addresses \(range) lie inside the \(name) network \(network)", at: place,
        hint: "take free addresses of the nodes' own network")
    }
    for node in document.nodes {
      guard let address = node.address?.value, range.contains(address) else { continue }
      decoding.add(
        "the addresses \(range) hold \(address), which \(node.name?.value ?? "a node") has", at: place,
        hint: "take addresses that no machine has")
    }
    guard let endpoint = document.cluster.endpoint, let address = IPv4Address(endpoint.host.value) else { return }
    if range.contains(address) {
      decoding.add(
        "the addresses \(range) hold \(address), which is the endpoint", at: place,
        hint: "take addresses that nothing else has")
    } else if endpoint.isVirtual?.value == true,
      range.addresses.contains(where: { ($0.bits ^ address.bits) & 255 == 0 })
    {
      // Both are known among the hosts by their last number.
      decoding.add(
        "the addresses \(range) hold one with the last number of the virtual endpoint \(address)", at: place,
        hint: "take a range without .\(address.bits & 255)")
    }
  }
}
