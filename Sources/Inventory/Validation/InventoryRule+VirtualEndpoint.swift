extension InventoryRule {
  /// An address that control-plane nodes carry in turns belongs to none of them, and the API answers there on its own port.
  /// Whether it lies in the nodes' network only the nodes can tell.
  static let virtualEndpoint = InventoryRule { document, decoding in
    guard let endpoint = document.cluster.endpoint, endpoint.isVirtual?.value == true else { return }
    let place = endpoint.host.place
    if let port = endpoint.port, port.value != 6443 {
      decoding.add(
        "a virtual endpoint has the API server's own port 6443, not \(port.value)", at: port.place,
        hint: "leave `port` out")
    }
    guard let address = IPv4Address(endpoint.host.value) else {
      decoding.add(
        "a virtual endpoint needs an IPv4 address as `host`", at: place,
        hint: "take an address of the nodes' network that no machine has and no DHCP server gives away")
      return
    }
    if let node = document.nodes.first(where: { $0.address?.value == address }) {
      decoding.add(
        "the virtual endpoint \(address) is the address of \(node.name?.value ?? "a node")", at: place,
        hint: "take an address of the same network that no machine has, or leave `virtual` out")
    }
    for (network, meaning) in special where network.contains(address) {
      decoding.add("a virtual endpoint cannot have the address \(address): \(network) stands for \(meaning)", at: place)
    }
  }
}
