import CLibSSH2
package import Diagnostics
import Glibc

/// A way to prove who the user is. Several are tried in the order given.
package enum Credential: Sendable {
  /// A private key file. Make one ``KeyFile`` per file and share it between hosts: it is read, and its passphrase
  /// asked for, once.
  case key(KeyFile)
  /// Every key of the ssh-agent that listens on this socket, or those that the files hold the public half of.
  case agent(socket: String, only: [KeyFile]? = nil)
  case password(Secret<String>)

  /// Nothing that another host could use again.
  var isPassword: Bool { if case .password = self { true } else { false } }

  /// A key file of its own; see ``KeyFile``.
  package static func keyFile(_ path: String, passphrase: KeyFile.PassphraseProvider? = nil) -> Credential {
    .key(KeyFile(path, passphrase: passphrase))
  }
}

/// Speaks to an ssh-agent: which keys it has, and signatures. libssh2's own agent calls block, so this is separate and
/// runs on threads of its own.
struct AgentClient: Sendable {
  private let path: String

  init(_ path: String) { self.path = path }

  private enum Message {
    static let requestIdentities: UInt8 = 11, identities: UInt8 = 12, signRequest: UInt8 = 13, signature: UInt8 = 14
  }
  /// How long an agent may take: at once for its list, and for a signature as long as a person needs to confirm it or
  /// to touch a key.
  private static let listSeconds = 5, signatureSeconds = 60
  /// OpenSSH's own limit for a message of an agent.
  private static let largestMessage = 256 * 1024

  /// All keys of the agent, in its order.
  func signers() async throws(HearthError) -> [any Signer] {
    let client = self
    var answer = WireReader(
      try await offThread { client.exchange([Message.requestIdentities], seconds: Self.listSeconds) })
    guard answer.byte() == Message.identities, let count = answer.uint32() else { throw broken("gave no list of keys") }
    var signers: [any Signer] = []
    for _ in 0..<count {
      guard let key = answer.string(), let comment = answer.string() else { throw broken("sent a broken list of keys") }
      signers.append(AgentKey(agent: self, publicKey: key, comment: String(decoding: comment, as: UTF8.self)))
    }
    return signers
  }

  fileprivate func sign(_ data: [UInt8], with key: AgentKey) async throws(HearthError) -> [UInt8] {
    var request = WireWriter()
    request.byte(Message.signRequest)
    request.string(key.publicKey)
    request.string(data)
    request.uint32(0)
    let client = self, bytes = request.bytes
    var answer = WireReader(try await offThread { client.exchange(bytes, seconds: Self.signatureSeconds) })
    guard answer.byte() == Message.signature, let blob = answer.string() else {
      throw broken("refused to sign with \(key.comment)")
    }
    var parts = WireReader(blob)
    guard parts.string() != nil, let signature = parts.string() else { throw broken("sent a broken signature") }
    return signature
  }

  private func silent(_ seconds: Int) -> HearthError {
    HearthError(
      .local, "the agent at \(path) did not answer within \(seconds) s",
      hint: "Start a new one, or name a key file in the inventory (ssh.identityFiles)", command: "ssh-add -l")
  }

  private func broken(_ what: String) -> HearthError {
    HearthError(.local, "the agent at \(path) \(what)", hint: "See what it holds: ssh-add -l", command: "ssh-add -l")
  }

  /// Blocks: sends one message on a connection of its own and reads the answer.
  ///
  /// - Parameter seconds: for all of it; an agent that says nothing, or drips, counts as broken then.
  private func exchange(_ message: [UInt8], seconds: Int) -> Result<[UInt8], HearthError> {
    let descriptor = socket(AF_UNIX, Int32(hearth_sock_stream | hearth_sock_cloexec), 0)
    guard descriptor >= 0 else { return .failure(.system("cannot make a socket")) }
    defer { close(descriptor) }
    let deadline = ContinuousClock.now + .seconds(seconds)
    Self.limit(descriptor, until: deadline)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard path.utf8.count <= room else { return .failure(broken("has too long a path")) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafeBytes(of: &address) { raw in
      raw.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, socklen_t(raw.count)) }
    }
    guard code == 0 else {
      if errno == EAGAIN { return .failure(silent(seconds)) }
      return .failure(
        HearthError(
          .local, "no ssh-agent answers at \(path): \(SystemCode(errno).text)",
          hint: "Start one (eval \"$(ssh-agent)\"; ssh-add) or name a key file in the inventory (ssh.identityFiles)"
        ))
    }
    var frame = WireWriter()
    frame.string(message)
    guard send(descriptor, frame.bytes, frame.bytes.count, Int32(MSG_NOSIGNAL)) == frame.bytes.count,
      let header = receive(descriptor, 4, until: deadline)
    else { return .failure(errno == EAGAIN ? silent(seconds) : broken("hung up")) }
    var reader = WireReader(header)
    guard let count = reader.uint32(), count <= Self.largestMessage,
      let answer = receive(descriptor, Int(count), until: deadline)
    else {
      return .failure(errno == EAGAIN ? silent(seconds) : broken("sent a broken answer"))
    }
    return .success(answer)
  }

  /// A call on the socket ends by then.
  ///
  /// - Returns: false when there is no time left.
  @discardableResult
  private static func limit(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    let left = (deadline - .now).components
    // Zero would mean no limit.
    let microseconds = max(1, left.attoseconds / 1_000_000_000_000)
    var limit = timeval(tv_sec: max(0, Int(left.seconds)), tv_usec: suseconds_t(microseconds))
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    return deadline > .now
  }

  /// - Returns: nil with `EAGAIN` in `errno` when the time is over, however much came until then.
  private func receive(_ descriptor: Int32, _ count: Int, until deadline: ContinuousClock.Instant) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    errno = 0
    while got < count {
      guard Self.limit(descriptor, until: deadline) else {
        errno = EAGAIN
        return nil
      }
      let more = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: got), count - got, 0) }
      if more < 0, errno == EINTR { continue }
      guard more > 0 else { return nil }
      got += more
    }
    return bytes
  }
}

/// A key that an agent holds.
struct AgentKey: Signer {
  fileprivate let agent: AgentClient
  let publicKey: [UInt8]
  fileprivate let comment: String
  var label: String { "agent key \(comment)" }

  func sign(_ data: [UInt8]) async throws(HearthError) -> [UInt8] { try await agent.sign(data, with: self) }
}
