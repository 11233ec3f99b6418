import CLibSSH2
import Diagnostics

extension SSHConnection {
  /// Tries each credential in order until the host accepts one, or one after another where it wants several.
  func authenticate(
    _ session: Session, credentials: [Credential], _ history: inout LoginHistory
  ) async throws(HearthError) {
    for credential in credentials {
      switch credential {
      case .key(let file):
        let signer: any Signer
        do throws(HearthError) { signer = try await file.signer() } catch {
          guard error.code == .local || error.code == .unsupported else { throw error }
          let isAbsent = KeyFile.objections.contains(error.message)
          history.skip("key \(file.path)", error.message, hint: isAbsent ? nil : error.hint)
          continue
        }
        if try await authenticate(session, with: signer, credentials, &history) { return }
      case .agent(let socket, let only):
        let signers: [any Signer]
        do throws(HearthError) {
          let wanted = await Self.publicKeys(of: only)
          signers = try await AgentClient(socket).signers().filter { wanted?.contains($0.publicKey) ?? true }
        } catch {
          guard error.code == .local else { throw error }
          history.skip("", error.message)
          continue
        }
        for signer in signers where try await authenticate(session, with: signer, credentials, &history) { return }
      case .password(let password):
        if try await authenticate(session, password: password, &history) { return }
      }
    }
    throw await refused(session, history)
  }

  /// Of the files that can be read; nil for no files at all.
  private static func publicKeys(of files: [KeyFile]?) async -> Set<[UInt8]>? {
    guard let files else { return nil }
    var keys: Set<[UInt8]> = []
    for file in files { if let signer = try? await file.signer() { keys.insert(signer.publicKey) } }
    return keys
  }

  /// One key, and after it the passwords if the host took it and wants more (`AuthenticationMethods`).
  ///
  /// - Returns: whether the host let the user in.
  private func authenticate(
    _ session: Session, with signer: any Signer, _ credentials: [Credential], _ history: inout LoginHistory
  ) async throws(HearthError) -> Bool {
    guard history.mayTry(signer.publicKey) else { return false }
    do throws(HearthError) {
      switch try await offer(signer, session, &history) {
      case .accepted: return true
      case .refused: return false
      case .partly: break
      }
    } catch {
      // What an agent or a key file cannot do says nothing about the other keys.
      guard error.code == .local || error.code == .unsupported else { throw error }
      history.skip(signer.label, error.message, hint: error.hint)
      return false
    }
    for case .password(let password) in credentials {
      if try await authenticate(session, password: password, &history) { return true }
    }
    return false
  }

  private enum KeyOutcome { case accepted, refused, partly }

  private func offer(
    _ signer: any Signer, _ session: Session, _ history: inout LoginHistory
  ) async throws(HearthError) -> KeyOutcome {
    let label = "\(signer.label) (\(signer.keyType))"
    if let objection = UserKeyType.objection(to: signer.keyType) {
      history.skip(label, objection, hint: UserKeyType.remedy(for: target))
      return .refused
    }
    let operation = newOperation()
    defer { release(operation) }
    let login = DeferredSignature()
    let user = target.user
    while true {
      // The host is asked first whether it would take the key; only then is a signature wanted.
      let code = login.attempt(session, user: user, publicKey: signer.publicKey)
      try endFlood()
      if code == 0 { return .accepted }
      if code == Int(LIBSSH2_ERROR_EAGAIN) {
        if let data = login.takeRequest() {
          let signed = await unhurried { await Self.sign(data, with: signer) }
          _ = try live()
          login.signature = try signed.get()
        } else {
          try await socketReady(hold(operation, session, exclusive: true), until: connectDeadline)
        }
        continue
      }
      // libssh2 does not pass on that a proof was accepted in part: a signature that was wanted and does not open the
      // door means that.
      if login.signature == nil {
        history.refuse(signer.publicKey, label)
      } else {
        history.tookPart(signer.publicKey, label)
      }
      try checkLogin(session, code, &history)
      return login.signature == nil ? .refused : .partly
    }
  }

  private static func sign(_ data: [UInt8], with signer: any Signer) async -> Result<[UInt8], HearthError> {
    do throws(HearthError) {
      return .success(try await signer.sign(data))
    } catch {
      return .failure(error)
    }
  }

  private func authenticate(
    _ session: Session, password: Secret<String>, _ history: inout LoginHistory
  ) async throws(HearthError) -> Bool {
    guard history.mayTryPassword else { return false }
    guard !Privilege.hasControlCharacters(password) else {
      history.skip("password", "holds a line end or another control character")
      return false
    }
    let user = target.user
    let code = try await perform(newOperation(), until: connectDeadline, exclusive: true) { session in
      let secret = password.reveal()
      return Int(
        libssh2_userauth_password_ex(
          session.pointer, user, UInt32(user.utf8.count), secret, UInt32(secret.utf8.count), nil))
    }
    if code == 0 { return true }
    try checkLogin(session, code, &history)
    let keyboard = KeyboardAnswer(password)
    let answered = try await perform(newOperation(), until: connectDeadline, exclusive: true) { session in
      keyboard.attempt(session, user: user)
    }
    if answered == 0 { return true }
    history.refusePassword()
    try checkLogin(session, answered, &history)
    return false
  }

  /// A refusal is not an error here, a broken connection is.
  private func checkLogin(_ session: Session, _ code: Int, _ history: inout LoginHistory) throws(HearthError) {
    let broken = [LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_SEND]
    // libssh2 calls a connection that ends after a signature a key that was not verified.
    if broken.contains(Int32(code)) || session.hasEnded {
      let (words, farewell) = (session.banner, session.farewell)
      if history.partial == nil || farewell.contains("Too many authentication failures") {
        history.wasCut = farewell.contains("Too many authentication failures")
        if history.wasCut || words.isEmpty { throw tooManyTries(history, cause: farewell, session) }
      }
      throw LoginRefusal(target: target, words: words, farewell: farewell).error
    }
  }

  private func tooManyTries(_ history: LoginHistory, cause: String, _ session: Session) -> HearthError {
    HearthError(
      .authentication, "\(target.address) ended the connection during the login of \(target.user). \(history.summary)",
      subject: Subject(host: target.name),
      hint: "sshd may have counted too many keys (MaxAuthTries): name the right key in the inventory "
        + "(ssh.identityFiles)",
      cause: cause.isEmpty ? session.lastError.text : cause, output: session.banner,
      command: target.command + " -v true"
    )
  }

  private func refused(_ session: Session, _ history: LoginHistory) async -> HearthError {
    let user = target.user
    nonisolated(unsafe) var accepted: String?
    // Proof for `accepted`: the closure runs on this actor only, within the call below.
    _ = try? await perform(newOperation(), until: connectDeadline, exclusive: true) { session in
      guard let list = libssh2_userauth_list(session.pointer, user, UInt32(user.utf8.count)) else {
        return Int(libssh2_session_last_errno(session.pointer))
      }
      accepted = String(cString: list)
      return 0
    }
    let methods = accepted.map { " It accepts: \($0)." } ?? ""
    return HearthError(
      .authentication, "\(target.address) does not let \(user) in. \(history.summary)\(methods)",
      subject: Subject(host: target.name), hint: hint(history), cause: target.origin, output: session.banner,
      command: target.command + " -v true"
    )
  }

  private func hint(_ history: LoginHistory) -> String {
    if history.partial != nil {
      return "The host wants a password besides the key (AuthenticationMethods): give it in the inventory "
        + #"(ssh: {password: "${RACK_PASSWORD}"})"#
    }
    if let hint = history.hints.first { return hint }
    let unread = history.tried.filter { line in KeyFile.objections.contains { line.hasSuffix($0) } }
    if !history.tried.isEmpty, unread.count == history.tried.count {
      return "Name a private key that exists and that you may read in the inventory (ssh.identityFiles), "
        + "or make one: ssh-keygen -t ed25519"
    }
    return "Check the user name, and that one of the keys is in ~\(target.user)/.ssh/authorized_keys on the host "
      + "(ssh-copy-id \(target.port == 22 ? "" : "-p \(target.port) ")\(target.user)@\(target.address))"
  }
}

/// Why a host closed the door on a user whose key or password it had taken: PAM's account rules, in the host's words.
struct LoginRefusal {
  var target: SSHTarget
  var words: [String]
  var farewell: String

  var error: HearthError {
    let (message, hint) = explanation
    return HearthError(
      .authentication, message, subject: Subject(host: target.name), hint: hint,
      cause: farewell.isEmpty ? nil : farewell, output: words, command: target.command + " true")
  }

  private var explanation: (String, String) {
    let user = target.user
    let text = words.joined(separator: "\n")
    if text.contains("booting up") || text.contains("not permitted to log in") {
      return (
        "\(target.address) lets nobody but root log in while it boots or shuts down",
        "Wait until it has booted. If it stays so, as root on the host: systemctl status systemd-user-sessions"
      )
    }
    if text.contains("account has expired") {
      return (
        "the account of \(user) on \(target.address) has expired",
        "As root on the host: chage -l \(user); chage -E -1 \(user) makes it last"
      )
    }
    return (
      "\(target.address) refused the account of \(user) after the login",
      "See what the host says below. As root there, look for /etc/nologin, `chage -l \(user)`, /etc/security/access.conf "
        + "and `journalctl -u ssh`"
    )
  }
}
