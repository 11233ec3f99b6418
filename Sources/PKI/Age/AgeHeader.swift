import Crypto
import CryptoExtras
import Diagnostics
import Foundation

/// The head of an age v1 file (https://age-encryption.org/v1) with one recipient of kind `scrypt`: a passphrase.
struct AgeHeader {
  static let version = "age-encryption.org/v1"
  private static let label = "age-encryption.org/v1/scrypt"
  /// 2^18 rounds, as age itself takes: about a second on a laptop.
  static let workFactor = 18
  /// More than this is refused: a file from elsewhere must not make this machine work for hours.
  static let largestWorkFactor = 22

  /// Encrypts the payload's key.
  let fileKey: SymmetricKey
  /// As it stands in the file; ends with a line feed.
  let text: String

  /// A new header with a new file key.
  init(passphrase: Secret<String>, workFactor: Int = AgeHeader.workFactor) throws(HearthError) {
    let salt = Self.random(16)
    fileKey = SymmetricKey(size: .init(bitCount: 128))
    do {
      let wrap = try Self.wrapKey(passphrase, salt: salt, workFactor: workFactor)
      let bytes = fileKey.withUnsafeBytes { Array($0) }
      let sealed = try ChaChaPoly.seal(bytes, using: wrap, nonce: .init(data: [UInt8](repeating: 0, count: 12)))
      let body = Self.encode(Array(sealed.ciphertext) + Array(sealed.tag))
      let head = "\(Self.version)\n-> scrypt \(Self.encode(salt)) \(workFactor)\n\(body)\n---"
      text = "\(head) \(Self.encode(Array(Self.mac(of: head, fileKey))))\n"
    } catch {
      throw HearthError(.internalError, "the key cannot be derived from the passphrase: \(error)")
    }
  }

  /// Reads a header.
  ///
  /// - Parameter lines: the file's first four lines.
  /// - Throws: `local` when this is not such a file, or the passphrase is wrong.
  init(lines: [String], passphrase: Secret<String>) throws(HearthError) {
    // Exactly what age reads: single blanks, plain digits, base64 in its one canonical form.
    let recipient = lines.count == 4 ? lines[1].split(separator: " ", omittingEmptySubsequences: false) : []
    guard lines.allSatisfy({ $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } }), lines.first == Self.version,
      recipient.count == 4, recipient[0] == "->", recipient[1] == "scrypt",
      let salt = Self.decode(recipient[2]), salt.count == 16, let factor = Self.number(recipient[3]),
      let body = Self.decode(lines[2]), body.count == 32, lines[3].hasPrefix("--- "),
      let mac = Self.decode(lines[3].dropFirst(4)), mac.count == 32
    else {
      throw HearthError(
        .local, "this file was not encrypted with a passphrase in the age format",
        hint: "name a file that `hearth backup` wrote")
    }
    guard factor <= Self.largestWorkFactor else {
      throw HearthError(
        .local, "this file asks for 2^\(factor) rounds of work; 2^\(Self.largestWorkFactor) is the most that is done",
        hint: "it was not written by hearth; decrypt it by hand with `age -d`")
    }
    let head = lines[0...2].joined(separator: "\n") + "\n---"
    do {
      let wrap = try Self.wrapKey(passphrase, salt: salt, workFactor: factor)
      let box = try ChaChaPoly.SealedBox(
        nonce: .init(data: [UInt8](repeating: 0, count: 12)), ciphertext: body.prefix(16), tag: body.suffix(16))
      fileKey = SymmetricKey(data: try ChaChaPoly.open(box, using: wrap))
    } catch {
      throw HearthError(
        .local, "the passphrase does not open this file",
        hint: "it stands on the recovery card; `hearth backup` keeps a copy beside the rack's keys")
    }
    guard HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: Data(head.utf8), using: Self.macKey(fileKey))
    else {
      throw HearthError(
        .checksum, "the head of this file was changed since it was written", hint: "take another backup")
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  /// Encrypts the payload whose first bytes are `nonce`.
  func payloadKey(nonce: [UInt8]) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(inputKeyMaterial: fileKey, salt: nonce, info: Data("payload".utf8), outputByteCount: 32)
  }

  static func random(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  private static func wrapKey(_ passphrase: Secret<String>, salt: [UInt8], workFactor: Int) throws -> SymmetricKey {
    try KDF.Scrypt.deriveKey(
      from: Data(passphrase.reveal().utf8), salt: Data(label.utf8) + salt, outputByteCount: 32, rounds: 1 << workFactor,
      blockSize: 8, parallelism: 1)
  }

  private static func macKey(_ fileKey: SymmetricKey) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(inputKeyMaterial: fileKey, salt: Data(), info: Data("header".utf8), outputByteCount: 32)
  }

  /// A work factor: digits without a sign or leading zeros.
  private static func number(_ text: Substring) -> Int? {
    guard !text.hasPrefix("0"), text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(text)
  }

  static func mac(of head: String, _ fileKey: SymmetricKey) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: Data(head.utf8), using: macKey(fileKey))
  }

  /// Base64 without padding.
  static func encode(_ bytes: [UInt8]) -> String {
    String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
  }

  /// The reverse; nil for anything that ``encode(_:)`` does not write, such as padding or bits left over.
  private static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let bytes = Data(base64Encoded: String(padded)).map(Array.init), encode(bytes) == text else { return nil }
    return bytes
  }
}
