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
