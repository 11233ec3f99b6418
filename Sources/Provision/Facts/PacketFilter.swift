package import Inventory

/// Rules that decide which new connections a host lets in, as far as they can be understood: a small model of iptables'
/// filter table and of nftables, good enough to say that nothing from the other nodes comes through.
package struct PacketFilter: Sendable, Equatable {
  package enum Verdict: Sendable, Equatable {
    case accept, drop, `return`
    case jump(String)
    case goto(String)
  }

  package struct Rule: Sendable, Equatable {
    package var sources: [IPv4Network]?
    package var interface: String?
    package var transport: String?
    package var ports: [ClosedRange<UInt16>]?
    package var verdict: Verdict
    package init(_ verdict: Verdict) { self.verdict = verdict }
  }

  package struct Packet: Sendable {
    package var source: IPv4Address
    package var interface: String
    /// `tcp`, `udp`, or another name of `/etc/protocols`.
    package var transport: String
    package var port: UInt16
    package init(source: IPv4Address, interface: String, transport: String, port: UInt16) {
      self.source = source
      self.interface = interface
      self.transport = transport
      self.port = port
    }
  }

  /// For people, such as `iptables INPUT` or `inet filter input`.
  package var name: String
  /// Where a packet enters.
  package var entry: String
  package var acceptsByDefault: Bool
  package var chains: [String: [Rule]]

  package init(name: String, entry: String, acceptsByDefault: Bool, chains: [String: [Rule]] = [:]) {
    self.name = name
    self.entry = entry
    self.acceptsByDefault = acceptsByDefault
    self.chains = chains
  }

  package func accepts(_ packet: Packet) -> Bool {
    switch verdict(in: entry, packet, depth: 0) {
    case .accept: true
    case .drop: false
    default: acceptsByDefault
    }
  }

  private func verdict(in chain: String, _ packet: Packet, depth: Int) -> Verdict? {
    guard depth < 16 else { return nil }
    for rule in chains[chain] ?? [] where Self.matches(rule, packet) {
      switch rule.verdict {
      case .accept, .drop: return rule.verdict
      case .return: return nil
      case .jump(let name):
        if let verdict = verdict(in: name, packet, depth: depth + 1) { return verdict }
      case .goto(let name): return verdict(in: name, packet, depth: depth + 1)
      }
    }
    return nil
  }

  private static func matches(_ rule: Rule, _ packet: Packet) -> Bool {
    if let sources = rule.sources, !sources.contains(where: { $0.contains(packet.source) }) { return false }
    if let interface = rule.interface {
      let prefix = interface.last == "+" || interface.last == "*" ? interface.dropLast() : interface[...]
      guard prefix.count < interface.count ? packet.interface.hasPrefix(prefix) : packet.interface == interface else {
        return false
      }
    }
    if let transport = rule.transport, transport != "all", transport != packet.transport { return false }
    if let ports = rule.ports, !ports.contains(where: { $0.contains(packet.port) }) { return false }
    return true
  }
}
