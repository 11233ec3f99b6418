package import Diagnostics
import Foundation

/// A key that encrypts Secrets at rest in etcd. What is stored carries the key's name, so no two keys share one.
package struct EncryptionKey: Sendable {
  /// 1 for a cluster's first key, one more for each that takes its place.
  package let number: Int
  /// 32 bytes.
  package let secret: Secret<[UInt8]>

  package init(number: Int, secret: Secret<[UInt8]>) {
    self.number = number
    self.secret = secret
  }

  /// Of the system's random numbers.
  package static func random(number: Int) -> EncryptionKey {
    var random = SystemRandomNumberGenerator()
    return EncryptionKey(
      number: number, secret: Secret((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }))
  }

  /// As the API server's configuration and every stored value name it.
  package var name: String { "key\(number)" }
  package var base64: String { Data(secret.reveal()).base64EncodedString() }
}

/// Where the change from one encryption key to the next stands. It is read from the keys themselves: each API server must
/// be able to read the new key before any of them writes with it.
package enum EncryptionStage: Sendable, Equatable {
  /// One key, or nothing begun.
  case settled
  /// Every API server must be able to read what the new key wrote; the old one writes.
  case read
  /// The new key writes; what the old one wrote is read still.
  case write
}

extension Authority {
  package var encryptionStage: EncryptionStage {
    guard encryptionKeys.count > 1, let first = encryptionKeys.first, let last = encryptionKeys.last else {
      return .settled
    }
    return first.number < last.number ? .read : .write
  }

  /// The keys for the next stage: a new key behind the old one, the new one in front, the new one alone.
  package func advancedEncryption() -> Authority {
    var result = self
    switch encryptionStage {
    case .settled: result.encryptionKeys.append(.random(number: (encryptionKeys.map(\.number).max() ?? 0) + 1))
    case .read: result.encryptionKeys.reverse()
    case .write: result.encryptionKeys = Array(encryptionKeys.prefix(1))
    }
    return result
  }

  /// The same keys, with those of another time behind them, so that Secrets of a backup from then can be read. Of two keys
  /// with one number the one of that time keeps it: stored values carry its name.
  package func readingSecrets(of other: Authority) -> Authority {
    var result = self
    let known = Set(encryptionKeys.map { $0.secret.reveal() })
    let former = other.encryptionKeys.filter { !known.contains($0.secret.reveal()) }
    var next = (encryptionKeys + other.encryptionKeys).map(\.number).max() ?? 0
    result.encryptionKeys = encryptionKeys.map { key in
      guard former.contains(where: { $0.number == key.number }) else { return key }
      next += 1
      return EncryptionKey(number: next, secret: key.secret)
    }
    result.encryptionKeys += former
    return result
  }

  /// The key that Secrets are written with.
  package var encryptionKey: Secret<[UInt8]> { encryptionKeys.first?.secret ?? Secret([]) }
}
