import Inventory
import Untrusted

extension Facts {
  mutating func readNetwork(_ report: FactsReport) {
    readInterfaces(report)
    defaultRoute =
      (report.files["/proc/net/route"] ?? []).compactMap { line -> (DefaultRoute, Int)? in
        let words = line.words
        guard words.count >= 8, NamePattern.interface.accepts(words[0]), words[1] == "00000000", words[7] == "00000000",
          let gateway = Facts.littleEndian(words[2]), gateway.bits != 0
        else { return nil }
        return (
          DefaultRoute(interface: words[0], gateway: gateway), Int(checked: words[6], in: 0...Int(UInt32.max)) ?? .max
        )
      }.min { $0.1 < $1.1 }?.0
    resolvers = Self.nameServers(report.files["/etc/resolv.conf"])
    resolvedUpstreams = Self.nameServers(report.files[Self.resolvedFile])
    resolverLink = report.value("resolver-link") ?? ""
    networkPluginFiles = report.values["cni"] ?? []
    readListening(report)
    let exists = Set(report.values["exists"] ?? [])
    usesNetworkManager = exists.contains("/run/NetworkManager")
    usesNetworkd = exists.contains("/run/systemd/netif/state")
  }

  private mutating func readInterfaces(_ report: FactsReport) {
    let physical = Set(report.values["physical"] ?? [])
    let wireless = Set(report.values["wireless"] ?? [])
    let names = report.files.keys.compactMap { path -> String? in
      let parts = path.split(separator: "/")
      guard path.hasPrefix("/sys/class/net/"), parts.count == 5, parts[4] == "address" else { return nil }
      return NamePattern.interface.optional(parts[3])
    }
    var addresses: [String: [NetworkInterface.Address]] = [:]
    for line in report.sections["addresses"] ?? [] {
      let words = line.words
      guard words.count >= 4, words[2] == "inet" else { continue }
      let parts = words[3].split(separator: "/").map(String.init)
      guard let first = parts.first, let address = IPv4Address(first) else { continue }
      let name = words[1].split(separator: "@").first.map(String.init) ?? words[1]
      let prefix = parts.count == 2 ? Int(checked: parts[1], in: 0...32) : nil
      var own = NetworkInterface.Address(address, prefix: prefix ?? 32)
      own.isLeased = words.contains("dynamic")
      addresses[name, default: []].append(own)
    }
    interfaces = names.sorted().map { name in
      NetworkInterface(
        name: name, mac: NamePattern.mac.optional(report.line("/sys/class/net/\(name)/address")) ?? "",
        addresses: addresses[name] ?? [],
        isPhysical: physical.contains(name), isWireless: wireless.contains(name),
        speedMegabits: Int(checked: report.line("/sys/class/net/\(name)/speed"), in: 1...10_000_000))
    }
  }

  /// `/proc/net/route` prints addresses in the machine's byte order, which is little-endian on all that Debian calls
  /// amd64, arm64 and armhf.
  private static func littleEndian(_ hexadecimal: String) -> IPv4Address? {
    UInt32(checked: hexadecimal, radix: 16).map { IPv4Address(bits: $0.byteSwapped) }
  }

  /// Lines of `ss`, such as `LISTEN 0 4096 127.0.0.1:2379 0.0.0.0:* users:(("etcd",pid=123,fd=7))`. A port that is
  /// open on several addresses is one.
  private mutating func readListening(_ report: FactsReport) {
    var seen: [UInt16: ListeningPort] = [:]
    for line in report.sections["listening"] ?? [] {
      let words = line.words
      guard words.count >= 5, let colon = words[3].lastIndex(of: ":"),
        let port = UInt16(checked: words[3][words[3].index(after: colon)...])
      else { continue }
      let address = words[3][..<colon]
      let isLoopback = address.hasPrefix("127.") || address == "[::1]" || address.hasPrefix("[::ffff:127.")
      let before = seen[port]
      seen[port] = ListeningPort(
        port: port, loopback: isLoopback && before?.loopback ?? true,
        process: line.cut("\"")?.1.cut("\"")?.0.bounded(32).visibleLine ?? before?.process)
    }
    listening = seen.values.sorted { $0.port < $1.port }
  }
}

extension Facts {
  mutating func readFirewall(_ report: FactsReport) {
    firewall.backend = report.value("iptables").flatMap(Firewall.Backend.init)
    let (current, legacy) = (report.sections["iptables"] ?? [], report.sections["iptables-legacy"] ?? [])
    firewall.inputs =
      [PacketFilter.iptables(current, name: "iptables"), .iptables(legacy, name: "iptables-legacy")].compactMap(\.self)
      + PacketFilter.nftables(report.sections["nft-rules"] ?? [])
    for line in current + legacy {
      if line.hasPrefix(":FORWARD DROP") {
        firewall.droppingChains.append("iptables FORWARD")
      } else if line.hasPrefix("-A FORWARD ") {
        firewall.forwardRules.append(line)
      }
    }
    readNft(report.sections["nft"] ?? [])
  }

  /// Chains as `nft list chains` prints them. Those of `ip filter FORWARD` are iptables' own and known already.
  private mutating func readNft(_ lines: [String]) {
    var table = ""
    var chain = ""
    for line in lines {
      let words = line.words
      if words.first == "table", words.count >= 3 {
        table = "\(words[1]) \(words[2])".bounded(80).visibleLine
      } else if words.first == "chain", words.count >= 2 {
        chain = words[1].bounded(80).visibleLine
      } else if line.contains("hook forward"), line.contains("policy drop") {
        let name = "\(table) \(chain)"
        if name != "ip filter FORWARD", !table.hasPrefix("ip6 ") { firewall.droppingChains.append(name) }
      }
    }
  }
}

/// Name servers that pods could ask, too: not those that only answer on the host itself.
extension Facts {
  static let resolvedFile = "/run/systemd/resolve/resolv.conf"

  static func nameServers(_ lines: [String]?) -> [String] {
    (lines ?? []).compactMap { line in
      let words = line.words
      return words.count >= 2 && words[0] == "nameserver" ? NamePattern.address.optional(words[1]) : nil
    }
  }

  /// systemd-resolved's list of real name servers, where `/etc/resolv.conf` names its stub; nil where that file is to be
  /// read. What kubeadm gives to kubelets as `resolvConf`.
  package var upstreamResolverFile: String? {
    resolvers.contains(where: Self.isLoopback) && resolvedUpstreams.contains { !Self.isLoopback($0) }
      ? Self.resolvedFile : nil
  }

  /// What pods with the host's DNS settings find in their `/etc/resolv.conf`.
  package var podResolvers: [String] { upstreamResolverFile == nil ? resolvers : resolvedUpstreams }

  /// Addresses of name servers that pods can reach: no loopback, and none that is valid on one link only.
  package var podNameServers: [String] {
    podResolvers.filter {
      !Self.isLoopback($0) && $0.wholeMatch(of: /[0-9A-Fa-f:.]{2,45}/) != nil && !Self.isLinkLocal($0)
    }
  }

  static func isLoopback(_ address: String) -> Bool {
    address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.") || address.hasPrefix("::1%")
      || address == "0.0.0.0" || address == "::"
  }

  private static func isLinkLocal(_ address: String) -> Bool { address.lowercased().hasPrefix("fe80:") }
}
