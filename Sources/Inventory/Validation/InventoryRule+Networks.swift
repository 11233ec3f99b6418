import Schema

extension InventoryRule {
  static let separateNetworks = InventoryRule { document, decoding in
    let networks = document.cluster.networks
    guard let pods = document.pods, let services = document.services, pods.overlaps(services) else { return }
    decoding.add(
      "the pods network \(pods) and the services network \(services) overlap",
      at: document.place(of: networks.services?.place, networks.pods?.place),
      hint: "take networks that share no address, such as \(IPv4Network.defaultPods) and \(IPv4Network.defaultServices)"
    )
  }

  /// Address ranges that mean something else to every host.
  static let special: [(network: IPv4Network, meaning: String)] = [
    ("0.0.0.0/8", "this host"), ("127.0.0.0/8", "loopback"), ("169.254.0.0/16", "link-local addresses"),
    ("224.0.0.0/3", "multicast and reserved addresses"),
  ].compactMap { text, meaning in IPv4Network(text).map { ($0, meaning) } }

  static let usableNetworks = InventoryRule { document, decoding in
    let networks = document.cluster.networks
    for (name, given) in [("pods", networks.pods), ("services", networks.services)] {
      guard let given else { continue }
      for (network, meaning) in special where network.overlaps(given.value) {
        decoding.add(
          "`\(name)` overlaps with \(network), which stands for \(meaning)", at: given.place,
          hint: "take a private network, such as one inside 10.0.0.0/8")
      }
    }
    if let services = networks.services, !(12...28).contains(services.value.prefix) {
      decoding.add(
        "`services` must have a prefix from 12 to 28, not \(services.value.prefix)", at: services.place,
        hint: "Kubernetes allows a million Services at most, and the cluster's own need a dozen")
    }
  }

  static let roomForNodes = InventoryRule { document, decoding in
    let networks = document.cluster.networks
    guard let pods = document.pods else { return }
    let prefix = networks.podPrefixPerNode?.value ?? Networks().podPrefixPerNode
    let place = document.place(of: networks.podPrefixPerNode?.place, networks.pods?.place)
    let shares = prefix < pods.prefix ? 0 : 1 << min(prefix - pods.prefix, 32)
    guard shares < document.nodes.count else { return }
    let room =
      shares == 0
      ? "is smaller than one node's part, a /\(prefix)"
      : "has room for \(shares) of the \(document.nodes.count) nodes with a /\(prefix) each"
    decoding.add(
      "the pods network \(pods) \(room)", at: place,
      hint: "take a larger network (a smaller number behind the slash), or a larger `podPrefixPerNode`")
  }
}

extension InventoryRule {
  static let sensibleAddresses = InventoryRule { document, decoding in
    for node in document.nodes {
      guard let address = node.address else { continue }
      for (network, meaning) in special where network.contains(address.value) {
        // A virtual rack may put its hosts on loopback.
        if document.lab != nil, network.contains(loopback) { continue }
        decoding.add(
          "\(address.value) cannot be the address of a node: \(network) stands for \(meaning)", at: address.place,
          hint: "give the address by which the other nodes reach it", command: "ip -4 -brief address")
      }
    }
  }

  private static let loopback = IPv4Address(bits: 0x7F00_0001)

  static let addressesOutsideNetworks = InventoryRule { document, decoding in
    for node in document.nodes {
      guard let address = node.address else { continue }
      for (name, network) in document.networks(containing: address.value) {
        decoding.add(
          "the address \(address.value) lies inside the \(name) network \(network)", at: address.place,
          hint: "set `cluster.networks.\(name)` to a network that your LAN does not use")
      }
    }
  }
}
