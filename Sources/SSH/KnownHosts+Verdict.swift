extension KnownHosts {
  /// What is known about a host that shows a key.
  enum Verdict: Equatable {
    case trusted
    case revoked(Entry)
    /// The host is known with other keys.
    case changed([Entry])
    /// The host is known, but only with keys that cannot be checked here (RSA with an old libssh2).
    case unusable([Entry])
    /// Only a certificate authority is known for the host, which libssh2 cannot check.
    case authorityOnly(Entry)
    case unknown
  }

  /// - Parameter usable: algorithms that can be checked here. A host known with one of them cannot pass as unknown by
  ///   showing a key of another type.
  func verdict(on key: HostKey, of target: SSHTarget, usable: [String]) -> Verdict {
    let verdict = verdict(on: key, ofName: Self.name(of: target), usable: usable)
    guard target.port != 22 else { return verdict }
    switch verdict {
    case .unknown, .authorityOnly:
      // The very key that is known for the host without a port is as good, as for OpenSSH.
      return self.verdict(on: key, ofName: target.address.lowercased(), usable: usable) == .trusted ? .trusted : verdict
    default: return verdict
    }
  }

  private func verdict(on key: HostKey, ofName name: String, usable: [String]) -> Verdict {
    let matching = entries.filter { $0.hosts.match(name) }
    if let revoked = matching.first(where: { $0.marker == .revoked && $0.key == key }) { return .revoked(revoked) }
    let known = matching.filter { $0.marker == .none }
    if known.contains(where: { $0.key == key }) { return .trusted }
    let checkable = known.filter { !Set(HostKey.algorithms(forKeyType: $0.key.type)).isDisjoint(with: usable) }
    if !checkable.isEmpty { return .changed(checkable) }
    if !known.isEmpty { return .unusable(known) }
    if let authority = matching.first(where: { $0.marker == .certificateAuthority }) {
      return .authorityOnly(authority)
    }
    return .unknown
  }
}
