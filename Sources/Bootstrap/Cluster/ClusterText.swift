import Inventory
import Untrusted

/// Text that hosts and the cluster give, each kind by its own pattern: nil for everything else.
enum ClusterText {
  /// A name as Kubernetes gives them to nodes: an RFC 1123 subdomain.
  static func nodeName(_ text: String) -> String? { NamePattern.dnsSubdomain.optional(text) }

  static func machineID(_ text: String) -> String? { NamePattern.machineID.optional(text) }

  static func serial(_ text: String) -> String? { NamePattern.serial.optional(text) }

  static func address(_ text: String) -> String? { NamePattern.ipv4.optional(text) }

  /// In CIDR notation.
  static func network(_ text: String) -> String? { IPv4Network(text).map(\.description) }

  /// `https://ADDRESS:PORT` of an etcd member.
  static func etcdURL(_ text: String) -> String? {
    guard NamePattern.url.accepts(text), text.hasPrefix("https://") else { return nil }
    let parts = text.dropFirst("https://".count).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, NamePattern.ipv4.accepts(parts[0]), let port = UInt16(parts[1]), port > 0,
      String(port) == parts[1]
    else { return nil }
    return text
  }
}
