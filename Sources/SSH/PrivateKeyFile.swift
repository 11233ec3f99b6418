import Crypto
import Diagnostics
import Foundation

/// A private key file as it is on disk, possibly encrypted. The public half can always be read.
struct PrivateKeyFile: Sendable {
  let path: String
  let publicKey: [UInt8]
  var isEncrypted: Bool { sealed.cipher != "none" }

  private struct Sealed: Sendable {
    var cipher: String
    var derivation: String
    var options: [UInt8]
    var content: [UInt8]
  }
  private let sealed: Sealed
  /// Set for formats without encryption of their own.
  private let plain: PrivateKey?

  /// Reads OpenSSH's own format and unencrypted PEM of ECDSA keys.
  init(_ text: String, path: String) throws(HearthError) {
    self.path = path
    if let body = Self.body(of: "OPENSSH PRIVATE KEY", in: text) {
      (publicKey, sealed) = try Self.open(body, path)
      plain = nil
      return
    }
    guard let key = Self.pemKey(text) else { throw Self.unreadable(text, path) }
    plain = key
    publicKey = key.publicKey
    sealed = Sealed(cipher: "none", derivation: "none", options: [], content: [])
  }

  private static func open(_ body: [UInt8], _ path: String) throws(HearthError) -> ([UInt8], Sealed) {
    let magic = Array("openssh-key-v1\0".utf8)
    var reader = WireReader(body.dropFirst(magic.count))
    guard body.starts(with: magic), let cipher = reader.string(), let derivation = reader.string(),
      let options = reader.string(), reader.uint32() == 1, let publicKey = reader.string(),
      let content = reader.string()
    else { throw damaged(path) }
    let sealed = Sealed(
      cipher: String(decoding: cipher, as: UTF8.self), derivation: String(decoding: derivation, as: UTF8.self),
      options: options, content: content
    )
    return (publicKey, sealed)
  }

  /// - Throws: code `authentication` for a wrong passphrase, `unsupported` for what cannot be used here.
  func decrypt(_ passphrase: Secret<String>?) throws(HearthError) -> PrivateKey {
    if let plain { return plain }
    var content = sealed.content
    if isEncrypted {
      guard sealed.derivation == "bcrypt", let cipher = KeyFileCipher(sealed.cipher) else {
        throw HearthError(
          .unsupported, "is encrypted with \(sealed.cipher), which hearth cannot read", subject: Subject(file: path),
          hint: "Encrypt it anew: ssh-keygen -p -Z aes256-ctr -f \(path)", command: "ssh-keygen -p -f \(path)"
        )
      }
      content = try cipher.decrypt(content, options: sealed.options, passphrase: passphrase, path: path)
    }
    var reader = WireReader(content)
    guard let first = reader.uint32(), let second = reader.uint32() else { throw Self.damaged(path) }
    // The two numbers are equal in every key that was decrypted well.
    guard first == second else {
      if isEncrypted { throw HearthError(.authentication, "wrong passphrase", subject: Subject(file: path)) }
      throw Self.damaged(path)
    }
    guard let key = try Self.key(&reader) else { throw Self.damaged(path) }
    return key
  }

  private static func key(_ reader: inout WireReader) throws(HearthError) -> PrivateKey? {
    guard let type = reader.string().map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
    if let objection = UserKeyType.objection(to: type) { throw HearthError(.unsupported, objection) }
    if type == "ssh-ed25519" {
      guard reader.string() != nil, let pair = reader.string(), pair.count == 64 else { return nil }
      return (try? Curve25519.Signing.PrivateKey(rawRepresentation: pair.prefix(32))).map(PrivateKey.ed25519)
    }
    guard reader.string() != nil, reader.string() != nil, let number = reader.string() else { return nil }
    switch type {
    case "ecdsa-sha2-nistp256":
      return (try? P256.Signing.PrivateKey(rawRepresentation: padded(number, 32))).map(PrivateKey.p256)
    case "ecdsa-sha2-nistp384":
      return (try? P384.Signing.PrivateKey(rawRepresentation: padded(number, 48))).map(PrivateKey.p384)
    default:
      return (try? P521.Signing.PrivateKey(rawRepresentation: padded(number, 66))).map(PrivateKey.p521)
    }
  }

  /// A number of exactly `count` bytes: `mpint` has neither leading zeros nor a fixed length.
  private static func padded(_ number: [UInt8], _ count: Int) -> [UInt8] {
    let digits = number.drop { $0 == 0 }
    return [UInt8](repeating: 0, count: max(0, count - digits.count)) + digits
  }

  // MARK: PEM

  private static func body(of label: String, in text: String) -> [UInt8]? {
    guard let start = text.firstRange(of: "-----BEGIN \(label)-----"),
      let end = text.firstRange(of: "-----END \(label)-----"), start.upperBound <= end.lowerBound
    else { return nil }
    let base64 = text[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
    return Data(base64Encoded: base64).map(Array.init)
  }

  private static func pemKey(_ text: String) -> PrivateKey? {
    if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) { return .p256(key) }
    if let key = try? P384.Signing.PrivateKey(pemRepresentation: text) { return .p384(key) }
    if let key = try? P521.Signing.PrivateKey(pemRepresentation: text) { return .p521(key) }
    return nil
  }

  private static func damaged(_ path: String) -> HearthError {
    HearthError(
      .local, "is damaged", subject: Subject(file: path), hint: "Check it: ssh-keygen -yf \(path)",
      command: "ssh-keygen -yf \(path)"
    )
  }

  private static func unreadable(_ text: String, _ path: String) -> HearthError {
    if text.contains("BEGIN RSA PRIVATE KEY") {
      return HearthError(
        .unsupported, UserKeyType.objection(to: "ssh-rsa") ?? "", subject: Subject(file: path),
        hint: "Make an ed25519 key: ssh-keygen -t ed25519"
      )
    }
    if text.contains("PRIVATE KEY-----") {
      return HearthError(
        .unsupported, "is in a PEM form that hearth cannot read (not supported)", subject: Subject(file: path),
        hint: "Change it to OpenSSH's own format: ssh-keygen -p -f \(path)", command: "ssh-keygen -p -f \(path)"
      )
    }
    return HearthError(
      .local, text.contains("ssh-") ? "is a public key, not a private one" : "is no private key",
      subject: Subject(file: path), hint: "Name the private key file (without .pub)"
    )
  }
}
