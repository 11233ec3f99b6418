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
    let preferred = hostKeys.pins.isEmpty ? known.keyTypes(of: target, among: usable) : []
    session.prefer(LIBSSH2_METHOD_HOSTKEY, preferred + usable.filter { !preferred.contains($0) })
    for method in [LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC] {
      session.prefer(method, ["aes128-ctr", "aes192-ctr", "aes256-ctr"])
    }
    for method in [LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC] {
      session.prefer(method, ["hmac-sha2-256", "hmac-sha2-512", "hmac-sha2-256-etm@openssh.com"])
    }
    let code: Int
    do throws(HearthError) {
      code = try await perform(newOperation(), until: connectDeadline, exclusive: true) { session in
        Int(libssh2_session_handshake(session.pointer, session.socket))
      }
    } catch {
      throw error.code == .timedOut ? silent() : error
    }
    guard code == 0 else { throw handshakeFailed(session, code) }
    return try await verifyHostKey(session, known, policy: hostKeys)
  }

  private func silent() -> HearthError {
    HearthError(
      .unreachable, "\(target.address), port \(target.port), accepts connections but does not speak SSH in time",
      subject: Subject(host: target.name),
      hint: "The host may be overloaded, or something other than sshd listens there", command: target.command
    )
  }

  private func handshakeFailed(_ session: Session, _ code: Int) -> HearthError {
    let subject = Subject(host: target.name)
    switch Int32(code) {
    case LIBSSH2_ERROR_KEX_FAILURE, LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE, LIBSSH2_ERROR_METHOD_NONE:
      return HearthError(
        .unsupported, "\(target.address) and hearth have no SSH algorithm in common", subject: subject,
        hint: "Usually the host has only an RSA host key, which libssh2 \(Self.libraryVersion) cannot use: "
          + "run `sudo ssh-keygen -A && sudo systemctl restart ssh` on the host, which adds an ed25519 key",
        cause: session.lastError.text, command: target.command + " -v true"
      )
    default:
      return HearthError(
        .unreachable, "\(target.address), port \(target.port), ended the SSH handshake", subject: subject,
        hint: "sshd may be overloaded or refuse this machine (MaxStartups, hosts.deny, fail2ban): "
          + "see `journalctl -u ssh` on the host",
        cause: session.lastError.text, command: target.command + " -v true"
      )
    }
  }

  /// Version of the libssh2 that is linked, such as `1.10.0`.
  static var libraryVersion: String { libssh2_version(0).map { String(cString: $0) } ?? "(unknown)" }
}
