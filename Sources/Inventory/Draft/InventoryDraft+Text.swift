package import Diagnostics
import Schema
import Templates

extension InventoryDraft {
  /// A commented inventory, valid in itself.
  /// - Parameters:
  ///   - file: Where it will be written; mistakes name it, relative paths in it begin at its folder.
  ///   - environment: For variables that the answers name.
  /// - Throws: What is wrong with the answers, found by reading the text back.
  package func checkedText(file: String, environment: [String: String]) throws(HearthErrors) -> String {
    let text: String
    do {
      text = try self.text()
    } catch {
      throw HearthErrors([error])
    }
    _ = try InventoryFile.decode(text: text, file: file, environment: environment)
    return text
  }

  /// The same, not read back.
  package func text() throws(HearthError) -> String {
    let networks = freeNetworks
    let values: [String: Any?] = [
      "name": YAMLText.quoted(name), "kubernetes": "\(kubernetes)", "pods": "\(networks.pods)",
      "services": "\(networks.services)", "dns": dns.rawValue, "artifacts": artifactsText,
      "user": YAMLText.quoted(user), "sudo": sudoText, "nodes": nodes.map(\.values),
      "endpoint": endpoint.map(YAMLText.quoted), "hardware": hardware.map(YAMLText.quoted),
      "port": port == 22 ? nil : Int(port), "identityFiles": YAMLText.list(identityFiles),
      "knownHosts": YAMLText.list(knownHosts), "lab": lab.map(YAMLText.quoted), "schema": schema,
      "versions": versionsText,
    ]
    let text = try Template("inventory/hearth.yaml").render(values)
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  private var versionsText: String? {
    let pairs = ReleaseTable.Part.allCases.compactMap { part in versions[part].map { "\(part.rawValue): \($0)" } }
    return pairs.isEmpty ? nil : "{\(pairs.joined(separator: ", "))}"
  }

  private var artifactsText: String {
    switch artifacts {
    case .upstream: "upstream"
    case .mirror(let url): "{mirror: \(YAMLText.quoted(url))}"
    case .folder(let path): "{folder: \(YAMLText.quoted(path))}"
    }
  }

  private var sudoText: String {
    switch sudo {
    case .passwordless: "passwordless"
    case .ask: "ask"
    case .none: "none"
    case .variable(let name): "{password: \"${\(name)}\"}"
    }
  }

  /// Cluster networks that the nodes' surroundings do not use.
  private var freeNetworks: (pods: IPv4Network, services: IPv4Network) {
    let addresses = nodes.compactMap { IPv4Address($0.address) }
    func firstFree(_ candidates: [String], _ usual: IPv4Network) -> IPv4Network {
      let known = [usual] + candidates.compactMap { IPv4Network($0) }
      // A LAN is rarely larger than a /16.
      let surroundings = addresses.compactMap { IPv4Network("\(IPv4Address(bits: $0.bits & IPv4Network.mask(16)))/16") }
      return known.first { network in !surroundings.contains { $0.overlaps(network) } } ?? usual
    }
    return (
      firstFree(["10.200.0.0/16", "172.28.0.0/16"], .defaultPods),
      firstFree(["10.112.0.0/16", "172.29.0.0/16"], .defaultServices)
    )
  }
}

extension InventoryDraft.Node {
  fileprivate var values: [String: Any?] {
    [
      "name": YAMLText.quoted(name), "address": YAMLText.quoted(address),
      "roles": Inventory.Node.Role.allCases.filter { roles.contains($0) }.map(\.rawValue).joined(separator: ", "),
      "slot": slot.map(YAMLText.quoted), "hostKeys": YAMLText.list(hostKeys),
    ]
  }
}

/// Text as a YAML scalar that is read back as the same text.
enum YAMLText {
  static func quoted(_ text: String) -> String {
    let isPlain = text.wholeMatch(of: /[A-Za-z0-9~\/.][-A-Za-z0-9~\/._]*/) != nil
    let scalar = YAMLTree.Scalar(text: text, written: text, isQuoted: false)
    if isPlain, scalar.meaning == .text { return text }
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\t": "\\t"
      case "$": "$$"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): escape(scalar, "\\x", 2)
      // YAML's other line ends, and what no reader shows.
      case "\u{2028}", "\u{2029}", "\u{FEFF}": escape(scalar, "\\u", 4)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  /// The elements of a list in brackets; nil when there are none.
  static func list(_ elements: [String]) -> String? {
    elements.isEmpty ? nil : elements.map(quoted).joined(separator: ", ")
  }

  private static func escape(_ scalar: Unicode.Scalar, _ sign: String, _ width: Int) -> String {
    let digits = String(scalar.value, radix: 16)
    return sign + String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
