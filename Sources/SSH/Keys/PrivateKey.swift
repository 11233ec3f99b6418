import Crypto
import Diagnostics
import Foundation

/// A private key in memory, ready to sign.
enum PrivateKey: Sendable {
  case ed25519(Curve25519.Signing.PrivateKey)
  case p256(P256.Signing.PrivateKey)
  case p384(P384.Signing.PrivateKey)
  case p521(P521.Signing.PrivateKey)

  /// The signature as SSH sends it for the key's type, without the algorithm's name.
  func sign(_ data: [UInt8]) throws(HearthError) -> [UInt8] {
    do {
      switch self {
      case .ed25519(let key): return Array(try key.signature(for: data))
      case .p256(let key): return Self.pair(try key.signature(for: data).rawRepresentation)
      case .p384(let key): return Self.pair(try key.signature(for: data).rawRepresentation)
      case .p521(let key): return Self.pair(try key.signature(for: data).rawRepresentation)
      }
    } catch {
      throw HearthError(.internalError, "a key could not sign: \(error)")
    }
  }

  /// The public half as SSH sends it.
  var publicKey: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .ed25519(let key):
      writer.string(Array("ssh-ed25519".utf8))
      writer.string(Array(key.publicKey.rawRepresentation))
    case .p256(let key): Self.write("nistp256", key.publicKey.x963Representation, to: &writer)
    case .p384(let key): Self.write("nistp384", key.publicKey.x963Representation, to: &writer)
    case .p521(let key): Self.write("nistp521", key.publicKey.x963Representation, to: &writer)
    }
    return writer.bytes
  }

  private static func write(_ curve: String, _ point: Data, to writer: inout WireWriter) {
    writer.string(Array("ecdsa-sha2-\(curve)".utf8))
    writer.string(Array(curve.utf8))
    writer.string(Array(point))
  }

  /// ECDSA's two numbers, which Crypto gives side by side.
  private static func pair(_ raw: Data) -> [UInt8] {
    var writer = WireWriter()
    writer.mpint(Array(raw.prefix(raw.count / 2)))
    writer.mpint(Array(raw.suffix(raw.count / 2)))
    return writer.bytes
  }
}
