import CLibSSH2
import Diagnostics

/// What the policy says about a key that was shown.
enum HostKeyOutcome {
  case trusted
  /// None of the pins; the host may have a key of another type that is.
  case notPinned(type: String, HearthError)
}

extension SSHConnection {
  /// Compares the key that the host has just proved to own with pins and `known_hosts`.
  func verifyHostKey(_ session: Session, _ known: KnownHosts, policy: HostKeyPolicy) async throws(HearthError)
    -> HostKeyOutcome
  {
    let key = try shownKey(session)
    let unread = known.skipped.filter { $0.concerns(KnownHosts.name(of: target)) }
    for line in unread { policy.onUnreadableLine?(line.file, line.line, line.reason) }
    let verdict = known.verdict(on: key, of: target, usable: session.hostKeyAlgorithms)
    if case .revoked(let entry) = verdict { throw revoked(key, entry) }
    if !policy.pins.isEmpty {
      let isPinned = policy.pins.contains { Self.normalised($0) == key.fingerprint }
      return isPinned ? .trusted : .notPinned(type: key.type, pinMismatch(key, policy.pins))
    }
    if verdict != .trusted, let former = former(policy) {
      switch known.verdict(on: key, of: former, usable: session.hostKeyAlgorithms) {
      case .trusted: return .trusted
      case .changed(let entries): throw anotherHost(key, entries, former)
      default: break
      }
    }
    switch verdict {
    case .trusted, .revoked: break
    case .changed(let entries): try await decideChange(key, entries, policy)
    case .unusable(let entries):
      let note =
        "known_hosts has only a \(entries[0].key.type) key for this host (\(entries[0].place)), "
        + "which libssh2 \(Self.libraryVersion) cannot use"
      if case .accept = policy.onUnknown { throw unknown(key, note) }
      try await decide(key, note, policy)
    case .authorityOnly(let entry):
      try await decide(
        key,
        "the certificate authority at \(entry.place) cannot be used: libssh2 knows no host "
          + "certificates", policy)
    case .unknown:
      let lines = unread.map { "\($0.place) says nothing: \($0.reason)" }
      try await decide(key, lines.isEmpty ? nil : lines.joined(separator: "; "), policy)
    }
    return .trusted
  }

  /// The host as it was known before it moved.
  func former(_ policy: HostKeyPolicy) -> SSHTarget? {
    guard let address = policy.formerAddress, address != target.address else { return nil }
    var former = target
    former.address = address
    return former
  }

  private func shownKey(_ session: Session) throws(HearthError) -> HostKey {
    var count = 0
    var type: Int32 = 0
    if let bytes = libssh2_session_hostkey(session.pointer, &count, &type) {
      let raw = UnsafeRawBufferPointer(start: bytes, count: count)
      if let key = HostKey(blob: Array(raw)) { return key }
    }
    throw HearthError(.hostKey, "\(target.address) showed no host key", subject: Subject(host: target.name))
  }

  private func decide(_ key: HostKey, _ note: String?, _ policy: HostKeyPolicy) async throws(HearthError) {
    switch policy.onUnknown {
    case .refuse: throw unknown(key, note)
    case .accept: break
    case .ask(let ask):
      let question = HostKeyQuestion(
        host: target.name, address: target.address, port: target.port, keyType: key.type,
        fingerprint: key.fingerprint, note: note
      )
      guard await unhurried({ await ask(question) }) else {
        throw HearthError(
          .refused, "the host key of \(target.address) was not accepted", subject: Subject(host: target.name)
        )
      }
    }
    if let file = policy.knownHostsFiles.first { try KnownHosts.append(key, of: target, to: file) }
  }

  /// A host that was reinstalled shows a new key. Only who said so beforehand gets to decide; the old key then goes
  /// from the files, so that nobody has to edit them.
  private func decideChange(
    _ key: HostKey, _ entries: [KnownHosts.Entry], _ policy: HostKeyPolicy
  ) async throws(HearthError) {
    let error = changed(key, entries)
    switch policy.onChanged {
    case .refuse: throw error
    case .refuseWith(let hint):
      var error = error
      error.hint = hint(key.fingerprint)
      error.command = "ssh-keygen -lf \(Self.publicKeyFile(of: key.type))   # on the host"
      throw error
    case .expect(let fingerprint):
      guard Self.normalised(fingerprint) == key.fingerprint else {
        var error = error
        error.message += "; expected is \(Self.normalised(fingerprint))"
        throw error
      }
    case .ask(let ask):
      let known = entries.map { "\($0.key.fingerprint) (\($0.key.type))" }.joined(separator: ", ")
      let question = HostKeyQuestion(
        host: target.name, address: target.address, port: target.port, keyType: key.type,
        fingerprint: key.fingerprint, note: "until now it showed \(known)"
      )
      guard await unhurried({ await ask(question) }) else {
        throw HearthError(
          .refused, "the new host key of \(target.address) was not accepted", subject: Subject(host: target.name))
      }
    }
    try KnownHosts.forget(target, in: policy.knownHostsFiles)
    if let file = policy.knownHostsFiles.first { try KnownHosts.append(key, of: target, to: file) }
  }

  /// Waits for a person without that time counting against the network's.
  func unhurried<Answer: Sendable>(_ ask: @Sendable () async -> Answer) async -> Answer {
    let start = ContinuousClock.now
    let answer = await ask()
    connectDeadline += start.duration(to: .now)
    return answer
  }

  /// `SHA256:` with or without its prefix and base64 padding.
  private static func normalised(_ pin: String) -> String {
    let digest = pin.hasPrefix("SHA256:") ? String(pin.dropFirst(7)) : pin
    return "SHA256:" + digest.filter { $0 != "=" }
  }

  /// Where Debian keeps the key of this type, such as `ssh-ed25519` or `ecdsa-sha2-nistp256`.
  private static func publicKeyFile(of type: String) -> String {
    let kind = type.hasPrefix("ecdsa") ? "ecdsa" : type.hasSuffix("rsa") || type.hasPrefix("rsa") ? "rsa" : "ed25519"
    return "/etc/ssh/ssh_host_\(kind)_key.pub"
  }

  // MARK: Refusals

  private func revoked(_ key: HostKey, _ entry: KnownHosts.Entry) -> HearthError {
    HearthError(
      .hostKey, "\(target.address) shows a key that is marked as revoked: \(key.type) \(key.fingerprint)",
      subject: Subject(host: target.name, file: entry.file, line: entry.line),
      hint: "Do not log in. Give the host new keys (ssh-keygen -A) if it is yours and the old ones leaked"
    )
  }

  private func pinMismatch(_ key: HostKey, _ pins: [String]) -> HearthError {
    HearthError(
      .hostKey,
      "\(target.address) shows the key \(key.fingerprint) (\(key.type)), but the inventory pins "
        + pins.map(Self.normalised).joined(separator: " or "),
      subject: Subject(host: target.name),
      hint: "If the host was reinstalled, replace the pin in the inventory by the fingerprint read on the host "
        + "itself. Otherwise somebody may be between you and the host",
      command: "for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf \"$f\"; done   # on the host"
    )
  }

  private func anotherHost(_ key: HostKey, _ entries: [KnownHosts.Entry], _ former: SSHTarget) -> HearthError {
    let known = entries.map { "\($0.key.fingerprint) (\($0.key.type), \($0.place))" }.joined(separator: ", ")
    return HearthError(
      .hostKey,
      "\(target.address) is not the host that had the address \(former.address): it shows \(key.fingerprint) (\(key.type)), "
        + "known is \(known)",
      subject: Subject(host: target.name, file: entries.first?.file, line: entries.first?.line),
      hint: "Look which address the board has now. One with a new system is replaced: "
        + "`hearth node replace \(target.name)`")
  }

  private func changed(_ key: HostKey, _ entries: [KnownHosts.Entry]) -> HearthError {
    let known = entries.map { "\($0.key.fingerprint) (\($0.key.type), \($0.place))" }.joined(separator: ", ")
    let name = KnownHosts.name(of: target)
    return HearthError(
      .hostKey,
      "the host key of \(target.address) has changed: it shows \(key.fingerprint) (\(key.type)), "
        + "known is \(known)",
      subject: Subject(host: target.name, file: entries.first?.file, line: entries.first?.line),
      hint:
        "If you reinstalled the host and it was a node of a cluster, `hearth node replace \(target.name)` takes the "
        + "new key; otherwise remove the old one. If you did not, somebody may be between you and the host",
      command: "ssh-keygen -f \(entries.first?.file.shellQuoted ?? "~/.ssh/known_hosts") -R \(name.shellQuoted)"
    )
  }

  private func unknown(_ key: HostKey, _ note: String?) -> HearthError {
    HearthError(
      .hostKey, "the host key of \(target.address) is unknown: \(key.type) \(key.fingerprint)",
      subject: Subject(host: target.name),
      hint: "Compare the fingerprint on the host itself, then accept it (--accept-new-host-keys), "
        + "pin it in the inventory (ssh.hostKeys), or log in once by hand",
      cause: note, command: target.command
    )
  }
}
