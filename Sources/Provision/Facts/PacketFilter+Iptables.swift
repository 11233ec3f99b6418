import Inventory

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
