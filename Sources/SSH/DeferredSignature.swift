import CLibSSH2
import Glibc

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
