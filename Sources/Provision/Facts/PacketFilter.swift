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

extension PacketFilter {
  /// Lines of `iptables-save -t filter`. Rules with a match that this model does not know are left out when they accept
  /// and when they drop: both would be guesses.
  static func iptables(_ lines: [String], name: String) -> PacketFilter? {
    guard let policy = lines.first(where: { $0.hasPrefix(":INPUT ") })?.words.dropFirst().first else { return nil }
    var filter = PacketFilter(name: "\(name) INPUT", entry: "INPUT", acceptsByDefault: policy == "ACCEPT")
    for line in lines where line.hasPrefix("-A ") {
      let words = tokens(line)
      guard words.count > 2, let rule = iptablesRule(Array(words.dropFirst(2))) else { continue }
      filter.chains[words[1], default: []].append(rule)
    }
    return filter
  }

  private static func iptablesRule(_ words: [String]) -> Rule? {
    var rule = Rule(.return)
    var hasTarget = false
    var index = 0
    func next() -> String? {
      index += 1
      return index < words.count ? words[index] : nil
    }
    while index < words.count {
      switch words[index] {
      case "-s":
        guard let network = next().flatMap(network) else { return nil }
        rule.sources = [network]
      case "-i": rule.interface = next()
      case "-p": rule.transport = next()
      case "-m":
        guard let module = next(),
          ["tcp", "udp", "comment", "multiport", "conntrack", "state", "addrtype"].contains(module)
        else { return nil }
      case "--comment": _ = next()
      case "--dport", "--dports":
        guard let ports = next().flatMap({ Self.ports($0, range: ":") }) else { return nil }
        rule.ports = ports
      case "--ctstate", "--state":
        // A new connection is what is asked about.
        guard next()?.split(separator: ",").contains("NEW") == true else { return nil }
      case "--dst-type":
        guard next() == "LOCAL" else { return nil }
      case "-j", "-g":
        let jumps = words[index] == "-j"
        guard let target = next() else { return nil }
        hasTarget = true
        switch target {
        case "ACCEPT": rule.verdict = .accept
        case "DROP", "REJECT": rule.verdict = .drop
        case "RETURN": rule.verdict = .return
        case "LOG", "NFLOG", "MARK", "CONNMARK", "TRACE", "ULOG": return nil
        default: rule.verdict = jumps ? .jump(target) : .goto(target)
        }
      case "--reject-with": _ = next()
      default: return nil
      }
      index += 1
    }
    return hasTarget ? rule : nil
  }

  static func network(_ text: String) -> IPv4Network? { IPv4Network(text.contains("/") ? text : "\(text)/32") }

  /// `6443`, `2379:2380` or `22,6443`.
  static func ports(_ text: String, range: Character) -> [ClosedRange<UInt16>]? {
    var found: [ClosedRange<UInt16>] = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: range).map { UInt16($0.trimmingPrefix(while: \.isWhitespace)) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
      found.append(first...last)
    }
    return found.isEmpty ? nil : found
  }

  /// Words; what stands in double quotes is one.
  private static func tokens(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == " ", !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
