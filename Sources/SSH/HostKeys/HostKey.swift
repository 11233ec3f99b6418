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

/// Why a public key in a text file is none.
struct KeyObjection: Error {
  /// As part of a sentence: `its key is damaged`.
  var reason: String
}

/// Public keys as text files hold them, judged as OpenSSH's `sshkey_read` judges them.
extension HostKey {
  /// - Parameters:
  ///   - type: the name before the key.
  ///   - base64: white space within it counts for nothing.
  static func read(type: some Sequence<UInt8>, base64: some Sequence<UInt8>) -> Result<HostKey, KeyObjection> {
    let name = String(decoding: Array(type), as: UTF8.self)
    guard let kind = Kind(name) else { return .failure(KeyObjection(reason: "its key type `\(name)` is not known")) }
    let digits = base64.filter { !(0x09...0x0D).contains($0) && $0 != 0x20 }
    guard let data = Data(base64Encoded: Data(digits)), Array(data.base64EncodedData()) == digits,
      let key = HostKey(blob: Array(data)), kind.fits(key)
    else { return .failure(KeyObjection(reason: "its \(name) key is damaged")) }
    return .success(key)
  }

  /// What the parts of a key's encoding are, by its type.
  private enum Kind {
    case ed25519(hasApplication: Bool)
    case ecdsa(curve: String, hasApplication: Bool)
    case numbers(String, Int)
    case certificate(String)

    init?(_ name: String) {
      switch name {
      case "ssh-ed25519": self = .ed25519(hasApplication: false)
      case "sk-ssh-ed25519@openssh.com": self = .ed25519(hasApplication: true)
      case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
        self = .ecdsa(curve: String(name.dropFirst("ecdsa-sha2-".count)), hasApplication: false)
      case "sk-ecdsa-sha2-nistp256@openssh.com": self = .ecdsa(curve: "nistp256", hasApplication: true)
      // Names of signatures that stand for the key they are made with.
      case "ssh-rsa", "rsa-sha2-256", "rsa-sha2-512": self = .numbers("ssh-rsa", 2)
      case "ssh-dss": self = .numbers("ssh-dss", 4)
      case _ where name.hasSuffix("-cert-v01@openssh.com"): self = .certificate(name)
      default: return nil
      }
    }

    func fits(_ key: HostKey) -> Bool {
      var reader = WireReader(key.blob)
      _ = reader.string()
      switch self {
      case .ed25519(let hasApplication):
        let type = hasApplication ? "sk-ssh-ed25519@openssh.com" : "ssh-ed25519"
        guard key.type == type, reader.string()?.count == 32 else { return false }
        if hasApplication, reader.string() == nil { return false }
      case .ecdsa(let curve, let hasApplication):
        let type = hasApplication ? "sk-ecdsa-sha2-\(curve)@openssh.com" : "ecdsa-sha2-\(curve)"
        guard key.type == type, reader.string().map({ $0.elementsEqual(curve.utf8) }) == true,
          let point = reader.string(), Kind.isPoint(point, on: curve)
        else { return false }
        if hasApplication, reader.string() == nil { return false }
      case .numbers(let type, let count):
        guard key.type == type else { return false }
        for _ in 0..<count where reader.string()?.isEmpty != false { return false }
      case .certificate(let type):
        return key.type == type && !reader.isAtEnd
      }
      return reader.isAtEnd
    }

    private static func isPoint(_ bytes: [UInt8], on curve: String) -> Bool {
      switch curve {
      case "nistp256": (try? P256.Signing.PublicKey(x963Representation: bytes)) != nil
      case "nistp384": (try? P384.Signing.PublicKey(x963Representation: bytes)) != nil
      default: (try? P521.Signing.PublicKey(x963Representation: bytes)) != nil
      }
    }
  }
}
