import Untrusted

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
