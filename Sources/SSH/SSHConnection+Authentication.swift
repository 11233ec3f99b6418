import CLibSSH2
import Diagnostics

extension SSHConnection {
  /// Tries each credential in order until the host accepts one.
  func authenticate(_ session: Session, credentials: [Credential]) async throws(HearthError) {
    var tried: [String] = []
    for credential in credentials {
      switch credential {
      case .key(let file):
        do throws(HearthError) {
          if try await authenticate(session, with: try await file.signer(), &tried) { return }
        } catch {
          guard error.code == .local || error.code == .unsupported else { throw error }
          tried.append("key \(file.path): \(error.message)")
        }
      case .agent(let socket):
        do throws(HearthError) {
          for signer in try await AgentClient(socket).signers() {
            if try await authenticate(session, with: signer, &tried) { return }
          }
        } catch {
          guard error.code == .local else { throw error }
          tried.append(error.message)
        }
      case .password(let password):
        if try await authenticate(session, password: password, &tried) { return }
      }
    }
    throw await refused(session, tried)
  }

  /// - Returns: whether the host let the user in.
  private func authenticate(
    _ session: Session, with signer: any Signer, _ tried: inout [String]
  ) async throws(HearthError) -> Bool {
    let label = "\(signer.label) (\(signer.keyType))"
    if let objection = UserKeyType.objection(to: signer.keyType) {
      tried.append("\(label): \(objection)")
      return false
    }
    let operation = newOperation()
    defer { release(operation) }
    let login = DeferredSignature()
    let user = target.user
    while true {
      // The host is asked first whether it would take the key; only then is a signature wanted.
      let code = login.attempt(session, user: user, publicKey: signer.publicKey)
      if code == 0 { return true }
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
      try checkLogin(session, code)
      tried.append("\(label): not accepted")
      return false
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
    _ session: Session, password: Secret<String>, _ tried: inout [String]
  ) async throws(HearthError) -> Bool {
    let user = target.user
    let code = try await perform(newOperation(), until: connectDeadline, exclusive: true) { session in
      let secret = password.reveal()
      return Int(
        libssh2_userauth_password_ex(
          session.pointer, user, UInt32(user.utf8.count), secret, UInt32(secret.utf8.count), nil))
    }
    if code == 0 { return true }
    try checkLogin(session, code)
    let answered = try await perform(newOperation(), until: connectDeadline, exclusive: true) { session in
      KeyboardAnswer(password).attempt(session, user: user)
    }
    if answered == 0 { return true }
    try checkLogin(session, answered)
    tried.append("password: not accepted")
    return false
  }

  /// A refusal is no error here, a broken connection is.
  private func checkLogin(_ session: Session, _ code: Int) throws(HearthError) {
    switch Int32(code) {
    case LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_SEND:
      throw HearthError(
        .authentication, "\(target.address) ended the connection during the login",
        subject: Subject(host: target.name),
        hint: "sshd may have counted too many keys (MaxAuthTries): name the right key in the inventory "
          + "(ssh.identityFiles)",
        cause: session.lastError.text, command: target.command + " -v true"
      )
    default: return
    }
  }

  private func refused(_ session: Session, _ tried: [String]) async -> HearthError {
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
    let list = tried.isEmpty ? "No key or password was there to try." : "Tried: " + tried.joined(separator: "; ") + "."
    return HearthError(
      .authentication, "\(target.address) does not let \(user) in. \(list)\(methods)",
      subject: Subject(host: target.name), hint: hint(tried, methods: accepted),
      command: target.command + " -v true"
    )
  }

  private func hint(_ tried: [String], methods: String?) -> String {
    if tried.contains(where: { $0.contains("cannot be used") || $0.contains("not supported") }) {
      return "Make an ed25519 key (ssh-keygen -t ed25519) and bring it to the host: ssh-copy-id "
        + "-i ~/.ssh/id_ed25519.pub \(target.port == 22 ? "" : "-p \(target.port) ")\(target.user)@\(target.address)"
    }
    let unread = tried.filter { line in KeyFile.objections.contains { line.hasSuffix($0) } }
    if !tried.isEmpty, unread.count == tried.count {
      return "Name a private key that exists and that you may read in the inventory (ssh.identityFiles), "
        + "or make one: ssh-keygen -t ed25519"
    }
    return "Check the user name, and that one of the keys is in ~\(target.user)/.ssh/authorized_keys on the host "
      + "(ssh-copy-id \(target.port == 22 ? "" : "-p \(target.port) ")\(target.user)@\(target.address))"
  }
}
