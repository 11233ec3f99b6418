import CLibSSH2
import Diagnostics
import Glibc

extension SSHConnection {
  /// Key exchange and the proof that this is the host that was meant. Nothing about the user has been sent after it.
  ///
  /// - Parameter excluded: host key algorithms not to be offered.
  func handshake(
    _ session: Session, hostKeys: HostKeyPolicy, excluding excluded: Set<String>
  ) async throws(HearthError) -> HostKeyOutcome {
    let known = try KnownHosts.load(hostKeys.knownHostsFiles)
    let usable = session.hostKeyAlgorithms.filter { !excluded.contains($0) }
    guard !usable.isEmpty else { throw HearthError(.unsupported, "no host key algorithm is left") }
    let ofFormer = former(hostKeys).map { known.keyTypes(of: $0, among: usable) } ?? []
    let ofTarget = known.keyTypes(of: target, among: usable).filter { !ofFormer.contains($0) }
    let preferred = hostKeys.pins.isEmpty ? ofFormer + ofTarget : []
    var offered: [Algorithms: [String]] = [:]
    for kind in Algorithms.allCases {
      let names = kind == .hostKey ? preferred + usable.filter { !preferred.contains($0) } : kind.names
      offered[kind] = session.prefer(kind.method, names)
      // Without a list of ours libssh2 would offer its own, old algorithms among them.
      guard offered[kind]?.isEmpty == false else {
        throw HearthError(
          .unsupported, "libssh2 \(Self.libraryVersion) has no \(kind.title) that hearth may use",
          hint: "Install libssh2 1.10 or newer on this machine")
      }
    }
    let code: Int
    do throws(HearthError) {
      code = try await perform(newOperation(), until: connectDeadline, exclusive: true) { session in
        Int(libssh2_session_handshake(session.pointer, session.socket))
      }
    } catch {
      throw error.code == .timedOut ? silent() : error
    }
    guard code == 0 else { throw handshakeFailed(session, code, offered) }
    return try await verifyHostKey(session, known, policy: hostKeys)
  }

  private func silent() -> HearthError {
    HearthError(
      .unreachable, "\(target.address), port \(target.port), accepts connections but does not speak SSH in time",
      subject: Subject(host: target.name),
      hint: "The host may be overloaded, or something other than sshd listens there", command: target.command
    )
  }

  private func handshakeFailed(_ session: Session, _ code: Int, _ offered: [Algorithms: [String]]) -> HearthError {
    let subject = Subject(host: target.name)
    let opening = session.opening
    if let offer = AlgorithmOffer(opening: opening), let kind = offer.mismatch(with: offered) {
      return HearthError(
        .unsupported, "\(target.address) (\(offer.greeting)) and hearth have no \(kind.title) in common",
        subject: subject,
        hint: kind.remedy(libraryVersion: Self.libraryVersion),
        cause: "the host offers \(offer.names(kind).joined(separator: ", ")); "
          + "hearth has \((offered[kind] ?? []).joined(separator: ", "))",
        command: target.command + " -v true"
      )
    }
    if !opening.isEmpty, AlgorithmOffer(opening: opening) == nil, opening.firstRange(of: Array("SSH-".utf8)) == nil {
      let line = String(decoding: opening.prefix(80), as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
      return HearthError(
        .unreachable, "\(target.address), port \(target.port), is not an SSH server", subject: subject,
        hint: "Check the address and the port (ssh.port)", cause: "it says: \(line)", command: target.command)
    }
    return HearthError(
      .unreachable, "\(target.address), port \(target.port), ended the SSH handshake", subject: subject,
      hint: "sshd may be overloaded or refuse this machine (MaxStartups, hosts.deny, fail2ban): "
        + "see `journalctl -u ssh` on the host",
      cause: [session.lastError.text, session.farewell].filter { !$0.isEmpty }.joined(separator: "; "),
      command: target.command + " -v true"
    )
  }

  /// Version of the libssh2 that is linked, such as `1.10.0`.
  static var libraryVersion: String { libssh2_version(0).map { String(cString: $0) } ?? "(unknown)" }
}
