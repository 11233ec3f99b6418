import Glibc
package import Inventory

/// A network that this machine is part of.
package struct LocalNetwork: Sendable, Equatable {
  package var interface: String
  /// This machine's own.
  package var address: IPv4Address
  /// 0 to 32.
  package var prefix: Int

  package init(interface: String, address: IPv4Address, prefix: Int) {
    (self.interface, self.address, self.prefix) = (interface, address, prefix)
  }

  package func contains(_ other: IPv4Address) -> Bool {
    let mask = IPv4Network.mask(prefix)
    return other.bits & mask == address.bits & mask
  }

  /// Such as `192.168.1.0/24`.
  package var text: String { "\(IPv4Address(bits: address.bits & IPv4Network.mask(prefix)))/\(prefix)" }

  /// Those that people's machines stand in: private ones, on interfaces that are up and reach others. Tunnels lead to other
  /// people's machines, and what containers hang on to no machine at all.
  package var isLookedAt: Bool {
    let private_ = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"].compactMap { IPv4Network($0) }
    let madeByPrograms = [
      "docker", "br-", "veth", "virbr", "cni", "flannel", "cali", "lxc", "lxd", "podman", "tun", "tap", "wg",
      "tailscale", "zt",
    ]
    return private_.contains { $0.contains(address) } && prefix < 31
      && !madeByPrograms.contains { interface.hasPrefix($0) }
  }

  /// `IFF_UP`, `IFF_LOOPBACK` and `IFF_POINTOPOINT` of Linux.
  private static let (isUp, isLoopback, isPointToPoint): (UInt32, UInt32, UInt32) = (0x1, 0x8, 0x10)

  /// Of the thread's network namespace; without loopback and point-to-point links.
  static func all() -> [LocalNetwork] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var found: [LocalNetwork] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard entry.ifa_flags & isUp != 0, entry.ifa_flags & (isLoopback | isPointToPoint) == 0,
        let address = ipv4(entry.ifa_addr), let mask = ipv4(entry.ifa_netmask)
      else { continue }
      let network = LocalNetwork(
        interface: String(cString: entry.ifa_name), address: address, prefix: mask.bits.nonzeroBitCount)
      if !found.contains(network) { found.append(network) }
    }
    return found
  }

  private static func ipv4(_ pointer: UnsafeMutablePointer<sockaddr>?) -> IPv4Address? {
    guard let pointer, pointer.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
    return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      IPv4Address(bits: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
    }
  }
}
