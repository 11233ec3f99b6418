import Inventory

extension PacketFilter {
  /// Tables as `nft list table` prints them; one filter for each chain on the input hook.
  static func nftables(_ lines: [String]) -> [PacketFilter] {
    var table = ""
    var chain = ""
    var chains: [String: [String: [Rule]]] = [:]
    var entries: [(table: String, chain: String, accepts: Bool)] = []
    for line in lines {
      let words = words(of: line)
      if words.first == "table", words.count >= 3 {
        table = "\(words[1]) \(words[2])"
        chain = ""
      } else if words.first == "chain", words.count >= 2 {
        chain = words[1]
      } else if words.first == "}" {
        chain = ""
      } else if !chain.isEmpty {
        if line.contains("hook input"), line.contains("type filter") {
          entries.append((table, chain, !line.contains("policy drop")))
        } else if let rule = nftRule(words) {
          chains[table, default: [:]][chain, default: []].append(rule)
        }
      }
    }
    return entries.filter { !$0.table.hasPrefix("ip6 ") }.map { entry in
      PacketFilter(
        name: "nftables \(entry.table) \(entry.chain)", entry: entry.chain, acceptsByDefault: entry.accepts,
        chains: chains[entry.table] ?? [:])
    }
  }

  /// Blanks around the signs of sets are nothing: `{ 22, 6443 }` becomes one word.
  private static func words(of line: String) -> [String] {
    var words: [String] = []
    var set: String?
    for word in line.words {
      if word == "{", words.first != "table", words.first != "chain" {
        set = ""
      } else if word == "}", let members = set {
        words.append(members)
        set = nil
      } else if set != nil {
        set?.append(word)
      } else {
        words.append(word)
      }
    }
    return words
  }

  private static func nftRule(_ words: [String]) -> Rule? {
    var rule = Rule(.return)
    var index = 0
    func next() -> String? {
      index += 1
      return index < words.count ? words[index] : nil
    }
    while index < words.count {
      switch words[index] {
      case "ip":
        guard next() == "saddr", let list = next() else { return nil }
        let networks = list.split(separator: ",").map { network(String($0)) }
        guard !networks.contains(where: { $0 == nil }) else { return nil }
        rule.sources = networks.compactMap(\.self)
      case "iifname", "iif":
        guard let name = next(), !name.contains(","), name != "!=" else { return nil }
        rule.interface = name.filter { $0 != "\"" }
      case "tcp", "udp":
        rule.transport = words[index]
        guard next() == "dport", let list = next(), let ports = ports(list, range: "-") else { return nil }
        rule.ports = ports
      case "meta":
        guard next() == "l4proto", let transport = next() else { return nil }
        rule.transport = transport
      case "ct":
        guard next() == "state", next()?.split(separator: ",").contains("new") == true else { return nil }
      case "counter":
        // `counter packets 0 bytes 0`
        if index + 1 < words.count, words[index + 1] == "packets" { index += 4 }
      case "comment": return nil
      case "accept": return with(.accept, rule)
      case "drop", "reject": return with(.drop, rule)
      case "return": return rule
      case "jump": return next().map { with(.jump($0), rule) }
      case "goto": return next().map { with(.goto($0), rule) }
      default: return nil
      }
      index += 1
    }
    return nil
  }

  private static func with(_ verdict: Verdict, _ rule: Rule) -> Rule {
    var rule = rule
    rule.verdict = verdict
    return rule
  }
}
