import Crypto
import CryptoExtras
import Diagnostics
import Foundation

/// The ciphers of encrypted OpenSSH key files that can be read here.
enum KeyFileCipher {
  case ctr(keyBytes: Int)
  case cbc(keyBytes: Int)

  init?(_ name: String) {
    switch name {
    case "aes256-ctr": self = .ctr(keyBytes: 32)
    case "aes192-ctr": self = .ctr(keyBytes: 24)
    case "aes128-ctr": self = .ctr(keyBytes: 16)
    case "aes256-cbc": self = .cbc(keyBytes: 32)
    case "aes128-cbc": self = .cbc(keyBytes: 16)
    default: return nil
    }
  }

  private static let blockBytes = 16
  /// A file that asks for more work than this is an attack or a mistake: minutes on any machine.
  private static let mostRounds: UInt32 = 4096

  /// - Parameter options: of the key derivation: salt and rounds.
  func decrypt(
    _ content: [UInt8], options: [UInt8], passphrase: Secret<String>?, path: String
  ) throws(HearthError) -> [UInt8] {
    var reader = WireReader(options)
    guard let salt = reader.string(), let rounds = reader.uint32(), (1...Self.mostRounds).contains(rounds) else {
      throw HearthError(.local, "is damaged", subject: Subject(file: path))
    }
    let keyBytes =
      switch self {
      case .ctr(let count), .cbc(let count): count
      }
    let derived = BcryptKeyDerivation.derive(
      passphrase: Array((passphrase?.reveal() ?? "").utf8), salt: salt, rounds: Int(rounds),
      count: keyBytes + Self.blockBytes)
    let key = SymmetricKey(data: derived.prefix(keyBytes))
    let vector = Array(derived.suffix(Self.blockBytes))
    do {
      switch self {
      case .ctr:
        return Array(try AES._CTR.decrypt(content, using: key, nonce: AES._CTR.Nonce(nonceBytes: vector)))
      case .cbc:
        return Array(try AES._CBC.decrypt(content, using: key, iv: AES._CBC.IV(ivBytes: vector), noPadding: true))
      }
    } catch {
      throw HearthError(.local, "is damaged", subject: Subject(file: path), cause: "\(error)")
    }
  }
}
