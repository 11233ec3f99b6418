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

  /// Reads OpenSSH's own format, and unencrypted PEM and PKCS#8 of ECDSA and ed25519 keys.
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
          hint: "Encrypt it again: ssh-keygen -p -Z aes256-ctr -f \(path.shellQuoted)",
          command: "ssh-keygen -p -f \(path.shellQuoted)"
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
    if let body = body(of: "PRIVATE KEY", in: text), body.count >= 48, body.starts(with: ed25519Header) {
      // RFC 8410: a fixed head, then the 32 bytes of the key; attributes and the public half may follow.
      return (try? Curve25519.Signing.PrivateKey(rawRepresentation: body[16..<48])).map(PrivateKey.ed25519)
    }
    if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) { return .p256(key) }
    if let key = try? P384.Signing.PrivateKey(pemRepresentation: text) { return .p384(key) }
    if let key = try? P521.Signing.PrivateKey(pemRepresentation: text) { return .p521(key) }
    return nil
  }

  /// Of the PKCS#8 form: a sequence of 46 bytes, version 0, the algorithm 1.3.101.112, a string in a string.
  private static let ed25519Header: [UInt8] = [
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]
  /// The object identifier of RSA keys, 1.2.840.113549.1.1.1.
  private static let rsaIdentifier: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]

  private static func damaged(_ path: String) -> HearthError {
    HearthError(
      .local, "is damaged", subject: Subject(file: path), hint: "Check it: ssh-keygen -yf \(path)",
      command: "ssh-keygen -yf \(path.shellQuoted)"
    )
  }

  private static func unreadable(_ text: String, _ path: String) -> HearthError {
    let subject = Subject(file: path), quoted = path.shellQuoted
    func error(_ code: HearthError.Code, _ message: String, _ hint: String, _ command: String? = nil) -> HearthError {
      HearthError(code, message, subject: subject, hint: hint, command: command)
    }
    func isPEM(_ label: String) -> Bool { text.contains("-----BEGIN \(label)-----") }
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    if start.isEmpty { return error(.local, "is empty", "Name a private key file") }
    if start.hasPrefix("PuTTY-User-Key-File-") {
      return error(
        .unsupported, "is a PuTTY key",
        "Change it to OpenSSH's format: puttygen \(quoted) -O private-openssh -o NEWFILE",
        "puttygen \(quoted) -O private-openssh -o NEWFILE")
    }
    if text.contains("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----") {
      return error(
        .unsupported, "is a key in the form of SSH.com",
        "Change it to OpenSSH's format: puttygen \(quoted) -O private-openssh "
          + "-o NEWFILE")
    }
    let isRSA = body(of: "PRIVATE KEY", in: text)?.firstRange(of: rsaIdentifier) != nil
    if isPEM("RSA PRIVATE KEY") || isRSA {
      return error(
        .unsupported, UserKeyType.objection(to: "ssh-rsa") ?? "", "Make an ed25519 key: ssh-keygen -t ed25519")
    }
    if isPEM("DSA PRIVATE KEY") {
      return error(
        .unsupported, "is a DSA key, which no current sshd takes", "Make an ed25519 key: ssh-keygen -t ed25519")
    }
    let convert = "Change it to OpenSSH's own format: ssh-keygen -p -f \(quoted)"
    if isPEM("ENCRYPTED PRIVATE KEY") {
      return error(
        .unsupported, "is an encrypted PKCS#8 file, which hearth cannot read", convert, "ssh-keygen -p -f \(quoted)")
    }
    if text.contains("Proc-Type: 4,ENCRYPTED") {
      return error(
        .unsupported, "is an encrypted PEM file, which hearth cannot read", convert, "ssh-keygen -p -f \(quoted)")
    }
    if isPEM("OPENSSH PRIVATE KEY") || isPEM("EC PRIVATE KEY")
      || text.contains("-----BEGIN") && body(of: "PRIVATE KEY", in: text) == nil
        && isPEM("PRIVATE KEY")
    {
      return damaged(path)
    }
    if text.contains("PRIVATE KEY-----") {
      return error(.unsupported, "is in a PEM form that hearth cannot read", convert, "ssh-keygen -p -f \(quoted)")
    }
    if ["ssh-", "ecdsa-", "sk-", "---- BEGIN SSH2 PUBLIC KEY", "-----BEGIN PUBLIC KEY"].contains(where: {
      start.hasPrefix($0)
    }) {
      return error(.local, "is a public key, not a private one", "Name the private key file (without .pub)")
    }
    return error(.local, "is not a private key", "Name a private key file")
  }
}
