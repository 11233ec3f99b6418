package import Inventory

/// A network interface with its IPv4 addresses.
package struct NetworkInterface: Sendable, Equatable {
  package struct Address: Sendable, Equatable {
    package var address: IPv4Address
    package var prefix: Int
    /// It came by DHCP, and may be another one after the next boot.
    package var isLeased = false
    package init(_ address: IPv4Address, prefix: Int) {
      self.address = address
      self.prefix = prefix
    }
    /// Whether the other address is reached without a router.
    package func isOnLink(_ other: IPv4Address) -> Bool {
      (address.bits ^ other.bits) & IPv4Network.mask(prefix) == 0
    }
  }
  package var name: String
  /// Lower case with colons.
  package var mac: String
  package var addresses: [Address]
  /// A device stands behind it (not a bridge, a veth or the loopback).
  package var isPhysical: Bool
  package var isWireless: Bool
  /// Megabits per second; nil when the driver does not say.
  package var speedMegabits: Int?

  /// A VPN's or another tunnel's, by its name: WireGuard, OpenVPN, Tailscale, ZeroTier, IPIP and such.
  package var isTunnel: Bool {
    guard !isPhysical else { return false }
    return [
      "wg", "tun", "tap", "tailscale", "zt", "utun", "ppp", "nebula", "netmaker", "nordlynx", "ipsec", "vti", "gre",
      "sit",
    ]
    .contains { name.hasPrefix($0) }
  }

  package init(
    name: String, mac: String = "", addresses: [Address] = [], isPhysical: Bool = false, isWireless: Bool = false,
    speedMegabits: Int? = nil
  ) {
    self.name = name
    self.mac = mac
    self.addresses = addresses
    self.isPhysical = isPhysical
    self.isWireless = isWireless
    self.speedMegabits = speedMegabits
  }
}

package struct DefaultRoute: Sendable, Equatable {
  package var interface: String
  package var gateway: IPv4Address
  package init(interface: String, gateway: IPv4Address) {
    self.interface = interface
    self.gateway = gateway
  }
}

/// A TCP port on which something listens.
package struct ListeningPort: Sendable, Equatable {
  package var port: UInt16
  /// Only reachable from the host itself.
  package var loopback: Bool
  /// Name of the program, where it is known.
  package var process: String?
  package init(port: UInt16, loopback: Bool = false, process: String? = nil) {
    self.port = port
    self.loopback = loopback
    self.process = process
  }
}

/// What stands in the way of packets that are forwarded to pods.
package struct Firewall: Sendable, Equatable {
  package enum Backend: String, Sendable { case nft, legacy }
  /// Of the `iptables` command; nil where it is not installed.
  package var backend: Backend?
  /// Chains on the forward hook that drop what no rule accepts, such as `iptables FORWARD` or `inet firewalld filter_FORWARD`.
  package var droppingChains: [String] = []
  /// Rules of iptables' FORWARD chain, as `iptables-save` prints them.
  package var forwardRules: [String] = []
  /// All that judge what comes in.
  package var inputs: [PacketFilter] = []
  package init() {}

  /// Docker made the rules.
  package var hasDockerRules: Bool { forwardRules.contains { $0.contains("DOCKER") } }
  /// ufw made the rules.
  package var hasUFWRules: Bool { forwardRules.contains { $0.contains("ufw-") } }
}
