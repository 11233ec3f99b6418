/// An IPv4 address, such as `192.168.1.11`.
package struct IPv4Address: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var bits: UInt32
  package init(bits: UInt32) { self.bits = bits }

  /// Dotted decimal with exactly four parts and no leading zeros; anything else is nil.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard let byte = UInt8(part), String(byte) == part else { return nil }
      bits = bits << 8 | UInt32(byte)
    }
    self.bits = bits
  }

  package var description: String {
    [24, 16, 8, 0].map { String(bits >> UInt32($0) & 255) }.joined(separator: ".")
  }

  package static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.bits < right.bits }
}

/// An IPv4 network in CIDR notation; the host bits are zero.
package struct IPv4Network: Sendable, Hashable, CustomStringConvertible {
  package let base: IPv4Address
  /// 0 to 32.
  package let prefix: Int

  package static let defaultPods = IPv4Network(bits: 0x0AF4_0000, prefix: 16)
  package static let defaultServices = IPv4Network(bits: 0x0A60_0000, prefix: 12)

  private init(bits: UInt32, prefix: Int) {
    base = IPv4Address(bits: bits)
    self.prefix = prefix
  }

  /// `10.244.0.0/16`; nil when malformed or when host bits are set.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPv4Address(String(parts[0])), let prefix = Int(parts[1]),
      (0...32).contains(prefix), String(prefix) == parts[1],
      address.bits & ~IPv4Network.mask(prefix) == 0
    else { return nil }
    self.init(bits: address.bits, prefix: prefix)
  }

  package static func mask(_ prefix: Int) -> UInt32 { prefix <= 0 ? 0 : ~UInt32(0) << UInt32(max(0, 32 - prefix)) }

  package var addressCount: UInt64 { 1 << UInt64(32 - prefix) }

  package func contains(_ address: IPv4Address) -> Bool {
    address.bits & IPv4Network.mask(prefix) == base.bits
  }

  package func overlaps(_ other: IPv4Network) -> Bool {
    prefix <= other.prefix ? contains(other.base) : other.contains(base)
  }

  /// The address `offset` places after the base; nil outside the network.
  package func address(at offset: UInt32) -> IPv4Address? {
    UInt64(offset) < addressCount ? IPv4Address(bits: base.bits + offset) : nil
  }

  /// The `index`-th subnet of the given prefix; nil outside the network.
  package func subnet(prefix: Int, index: Int) -> IPv4Network? {
    guard prefix >= self.prefix, prefix <= 32, index >= 0, UInt64(index) < 1 << UInt64(prefix - self.prefix) else {
      return nil
    }
    return IPv4Network(bits: base.bits + UInt32(index) << UInt32(32 - prefix), prefix: prefix)
  }

  package var description: String { "\(base)/\(prefix)" }
}
