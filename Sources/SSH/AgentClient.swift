import CLibSSH2
import Diagnostics
import Glibc

/// Speaks to an ssh-agent: which keys it has, and signatures. libssh2's own agent calls block, so this is separate and
/// runs on threads of its own.
struct AgentClient: Sendable {
  private let path: String

  init(_ path: String) { self.path = path }

  private enum Message {
    static let requestIdentities: UInt8 = 11, identities: UInt8 = 12, signRequest: UInt8 = 13, signature: UInt8 = 14
  }
  /// OpenSSH's own limit for a message of an agent.
  private static let largestMessage = 256 * 1024

  /// All keys of the agent, in its order.
  func signers() async throws(HearthError) -> [any Signer] {
    let client = self
    var answer = WireReader(try await offThread { client.exchange([Message.requestIdentities]) })
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
    var answer = WireReader(try await offThread { client.exchange(bytes) })
    guard answer.byte() == Message.signature, let blob = answer.string() else {
      throw broken("refused to sign with \(key.comment)")
    }
    var parts = WireReader(blob)
    guard parts.string() != nil, let signature = parts.string() else { throw broken("sent a broken signature") }
    return signature
  }

  private func broken(_ what: String) -> HearthError {
    HearthError(.local, "the agent at \(path) \(what)", hint: "See what it holds: ssh-add -l", command: "ssh-add -l")
  }

  /// Blocks: sends one message on a connection of its own and reads the answer.
  private func exchange(_ message: [UInt8]) -> Result<[UInt8], HearthError> {
    let descriptor = socket(AF_UNIX, Int32(hearth_sock_stream | hearth_sock_cloexec), 0)
    guard descriptor >= 0 else { return .failure(.system("cannot make a socket")) }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard path.utf8.count <= room else { return .failure(broken("has too long a path")) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafeBytes(of: &address) { raw in
      raw.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, socklen_t(raw.count)) }
    }
    guard code == 0 else {
      return .failure(
        HearthError(
          .local, "no ssh-agent answers at \(path): \(SystemCode(errno).text)",
          hint: "Start one (eval \"$(ssh-agent)\"; ssh-add) or name a key file in the inventory (ssh.identityFiles)"
        ))
    }
    var frame = WireWriter()
    frame.string(message)
    guard send(descriptor, frame.bytes, frame.bytes.count, Int32(MSG_NOSIGNAL)) == frame.bytes.count,
      let header = receive(descriptor, 4)
    else { return .failure(broken("hung up")) }
    var reader = WireReader(header)
    guard let count = reader.uint32(), count <= Self.largestMessage, let answer = receive(descriptor, Int(count)) else {
      return .failure(broken("sent a broken answer"))
    }
    return .success(answer)
  }

  private func receive(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
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
