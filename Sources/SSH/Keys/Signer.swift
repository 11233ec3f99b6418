import CLibSSH2
import Diagnostics
import Glibc

/// Something that owns a private key: a key file or an agent.
protocol Signer: Sendable {
  /// The public key as SSH sends it.
  var publicKey: [UInt8] { get }
  /// For messages: where the key is.
  var label: String { get }

  /// - Returns: the signature alone as SSH sends it for this key type, without the algorithm's name.
  func sign(_ data: [UInt8]) async throws(HearthError) -> [UInt8]
}

extension Signer {
  /// `ssh-ed25519`, `ssh-rsa`, ...
  var keyType: String {
    var reader = WireReader(publicKey)
    return reader.string().map { String(decoding: $0, as: UTF8.self) } ?? "?"
  }
}

/// Key types of users.
enum UserKeyType {
  static let usable = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]

  /// How to come to a key that can be used.
  static func remedy(for target: SSHTarget) -> String {
    "Make an ed25519 key (ssh-keygen -t ed25519) and bring it to the host: ssh-copy-id "
      + "-i ~/.ssh/id_ed25519.pub \(target.port == 22 ? "" : "-p \(target.port) ")\(target.user)@\(target.address)"
  }

  /// Why a key of this type is of no use here, and the way out.
  static func objection(to type: String) -> String? {
    if usable.contains(type) { return nil }
    if type == "ssh-rsa" {
      return "RSA keys cannot be used: libssh2 \(SSHConnection.libraryVersion) signs with SHA-1 only, which current "
        + "sshd refuses"
    }
    if type.hasPrefix("sk-") { return "security keys (\(type)) cannot be used: libssh2 does not speak to them" }
    if type.contains("-cert-") { return "certificates (\(type)) are not supported" }
    return "keys of type \(type) are not supported"
  }
}

/// libssh2 wants a signature from a callback that cannot wait, but lets it answer "try again". The first call keeps the
/// bytes to sign; once the signature is here, the next call returns it.
///
/// Used on the reactor's thread only.
final class DeferredSignature {
  private var request: [UInt8]?
  var signature: [UInt8]?

  /// What libssh2 wants signed, once.
  func takeRequest() -> [UInt8]? {
    defer { request = nil }
    return request
  }

  /// One step of a login with this public key.
  func attempt(_ session: Session, user: String, publicKey: [UInt8]) -> Int {
    var context: UnsafeMutableRawPointer? = Unmanaged.passUnretained(self).toOpaque()
    return withExtendedLifetime(self) {
      Int(libssh2_userauth_publickey(session.pointer, user, publicKey, publicKey.count, giveSignature, &context))
    }
  }

  fileprivate func answer(
    _ session: OpaquePointer, _ data: UnsafeBufferPointer<UInt8>,
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
    _ count: UnsafeMutablePointer<Int>
  ) -> Int32 {
    guard let signature else {
      request = Array(data)
      return LIBSSH2_ERROR_EAGAIN
    }
    // libssh2 frees it, with the allocator that the session was made with.
    guard let copy = hearth_ssh2_memory(session, max(signature.count, 1)) else { return LIBSSH2_ERROR_ALLOC }
    let bytes = copy.bindMemory(to: UInt8.self, capacity: signature.count)
    bytes.update(from: signature, count: signature.count)
    out.pointee = bytes
    count.pointee = signature.count
    return 0
  }
}

private func giveSignature(
  session: OpaquePointer?, signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
  signatureCount: UnsafeMutablePointer<Int>?, data: UnsafePointer<UInt8>?, count: Int,
  context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
  guard let session, let object = context?.pointee, let signature, let signatureCount else {
    return LIBSSH2_ERROR_BAD_USE
  }
  return Unmanaged<DeferredSignature>.fromOpaque(object).takeUnretainedValue()
    .answer(session, UnsafeBufferPointer(start: data, count: count), signature, signatureCount)
}
