import Schema

extension InventoryRule {
  static let labels = InventoryRule { document, decoding in
    for label in document.hosts.flatMap(\.labels) {
      guard let problem = ReservedName.label(label.name.value) else { continue }
      decoding.add(
        "the label `\(label.name.value)` is reserved for Kubernetes", at: label.name.place, hint: problem)
    }
  }

  static let taints = InventoryRule { document, decoding in
    for host in document.hosts {
      var seen: [String: Int] = [:]
      for taint in host.taints ?? [] {
        let identity = "\(taint.value.key):\(taint.value.effect.rawValue)"
        if let line = seen.updateValue(taint.place.line, forKey: identity) {
          decoding.add(
            "the taint `\(identity)` is given twice, first in line \(line)", at: taint.place, hint: "keep one of them")
        }
        guard let problem = ReservedName.taint(taint.value.key) else { continue }
        decoding.add("the taint `\(taint.value.key)` is reserved for Kubernetes", at: taint.place, hint: problem)
      }
    }
  }
}

/// Names below kubernetes.io and k8s.io that are not the user's to give.
enum ReservedName {
  private static let free = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"]
  private static let freeDomains = ["node.kubernetes.io", "node-restriction.kubernetes.io"]

  /// What to do about it; nil for a name that is free.
  static func label(_ name: String) -> String? {
    guard let domain = reservedDomain(of: name), !free.contains(name), !freeDomains.contains(domain) else { return nil }
    if domain == "node-role.kubernetes.io" { return "hearth sets it from `roles`" }
    let plain = name.split(separator: "/").last ?? "name"
    return "take a name without this domain, such as `\(plain)`"
  }

  static func taint(_ name: String) -> String? {
    guard let domain = reservedDomain(of: name) else { return nil }
    if domain == "node-role.kubernetes.io" {
      return "hearth sets it on control-plane nodes that are not workers: leave `worker` out of `roles`"
    }
    return "Kubernetes sets and removes it by itself; take a name of your own"
  }

  private static func reservedDomain(of name: String) -> String? {
    let parts = name.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let domain = String(parts[0])
    let isReserved = ["kubernetes.io", "k8s.io"].contains { domain == $0 || domain.hasSuffix("." + $0) }
    return isReserved ? domain : nil
  }
}

extension InventoryDocument {
  var hosts: [HostSection] { [defaults] + nodes.map(\.host) }
}
