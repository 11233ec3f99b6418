extension Facts {
  mutating func readFirewall(_ report: FactsReport) {
    firewall.backend = report.value("iptables").flatMap(Firewall.Backend.init)
    for line in report.sections["iptables"] ?? [] {
      if line.hasPrefix(":FORWARD DROP") {
        firewall.droppingChains.append("iptables FORWARD")
      } else if line.hasPrefix("-A FORWARD ") {
        firewall.forwardRules.append(line)
      }
    }
    readNft(report.sections["nft"] ?? [])
    firewall.dropsForwarded = !firewall.droppingChains.isEmpty
  }

  /// Chains as `nft list chains` prints them. Those of `ip filter FORWARD` are iptables' own and known already.
  private mutating func readNft(_ lines: [String]) {
    var table = ""
    var chain = ""
    for line in lines {
      let words = line.words
      if words.first == "table", words.count >= 3 {
        table = "\(words[1]) \(words[2])"
      } else if words.first == "chain", words.count >= 2 {
        chain = words[1]
      } else if line.contains("hook forward"), line.contains("policy drop") {
        let name = "\(table) \(chain)"
        if name != "ip filter FORWARD", !table.hasPrefix("ip6 ") { firewall.droppingChains.append(name) }
      }
    }
  }
}
