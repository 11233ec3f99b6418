import Diagnostics

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
