/// Addresses of a LAN one after the other, such as `192.168.1.200-219`.
package struct AddressRange: Sendable, Hashable, CustomStringConvertible {
  package let first: IPv4Address
  /// Not below the first.
  package let last: IPv4Address

  /// One address, or two with a hyphen between; of the second its last number is enough. Nil when malformed, or when the
  /// second comes first.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let first = IPv4Address(parts[0]) else { return nil }
    guard parts.count == 2 else {
      self.first = first
      self.last = first
      return
    }
    let start = parts[0].split(separator: ".").dropLast().joined(separator: ".")
    guard let last = IPv4Address(parts[1].contains(".") ? parts[1] : "\(start).\(parts[1])"), first <= last else {
      return nil
    }
    self.first = first
    self.last = last
  }

  package var count: Int { Int(last.bits - first.bits) + 1 }

  package var addresses: [IPv4Address] { (first.bits...last.bits).map { IPv4Address(bits: $0) } }

  package func contains(_ address: IPv4Address) -> Bool { (first...last).contains(address) }

  /// Whether the addresses share all but their last number.
  package var isWithinOneByte: Bool { first.bits >> 8 == last.bits >> 8 }

  package var description: String {
    if first == last { return first.description }
    return isWithinOneByte ? "\(first)-\(last.bits & 255)" : "\(first)-\(last)"
  }
}

/// Addresses that Services of type LoadBalancer get from the nodes' own network.
package struct LoadBalancer: Sendable, Equatable {
  package var addresses: AddressRange

  package init(addresses: AddressRange) { self.addresses = addresses }

  /// Each address has an instance of its own on every node.
  package static let most = 128
}

extension Rack {
  /// The virtual endpoint, or an address of Services: hosts carry them in turns.
  package func movesBetweenHosts(_ address: IPv4Address) -> Bool {
    address == cluster.endpoint?.virtualAddress || cluster.loadBalancer?.addresses.contains(address) == true
  }
}
