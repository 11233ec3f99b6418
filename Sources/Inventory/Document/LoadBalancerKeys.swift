import Schema

struct LoadBalancerSection: Sendable {
  var addresses: Located<AddressRange>
}

/// `cluster.loadBalancer`.
enum LoadBalancerKeys {
  static let addresses = Key(
    "addresses", Kind<AddressRange>.addressRange.located, required: true, example: "192.168.1.200-219",
    "Free addresses of the nodes' network, outside of what its DHCP server gives away; at most \(LoadBalancer.most).")

  static let kind = Kind<LoadBalancerSection>.object(
    "loadBalancer", "Addresses of the LAN for Services of type LoadBalancer.", keys: [addresses]
  ) { fields in fields[addresses].map { LoadBalancerSection(addresses: $0) } }
}

extension Kind where Value == AddressRange {
  fileprivate static let addressRange = text(.addressRange) { text, _ in AddressRange(text) }
}
