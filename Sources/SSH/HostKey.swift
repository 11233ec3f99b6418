import Crypto
import Foundation

/// A host's public key.
struct HostKey: Sendable, Equatable {
  /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, ...
  var type: String
  /// The key as SSH sends it.
  var blob: [UInt8]

  /// Key types whose proof hearth can check, best first. RSA needs a libssh2 that has `rsa-sha2` (1.11).
  static let usableTypes = [
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256",
  ]

  /// From SSH's own encoding, which begins with the type's name.
  init?(blob: [UInt8]) {
    var reader = WireReader(blob)
    guard let type = reader.string() else { return nil }
    self.type = String(decoding: type, as: UTF8.self)
    self.blob = blob
  }

  /// As OpenSSH prints it: `SHA256:` and unpadded base64.
  var fingerprint: String {
    "SHA256:" + Data(SHA256.hash(data: blob)).base64EncodedString().filter { $0 != "=" }
  }

  /// Algorithms that use a key of this type.
  static func algorithms(forKeyType type: String) -> [String] {
    type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type]
  }
}
