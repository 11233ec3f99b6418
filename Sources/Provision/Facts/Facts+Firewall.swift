import Untrusted

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
