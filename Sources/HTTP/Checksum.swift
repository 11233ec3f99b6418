import Crypto
package import Diagnostics
import Foundation
import Untrusted

/// The hash that a file's bytes must have.
package struct Checksum: Sendable, Hashable, CustomStringConvertible {
  package enum Algorithm: String, Sendable, Hashable, CaseIterable { case sha256, sha512 }

  package let algorithm: Algorithm
  /// Lower-case.
  package let hex: String

  /// nil when `hex` is not a hash of that algorithm's length.
  package init?(_ algorithm: Algorithm, hex: String) {
    let length = algorithm == .sha256 ? 64 : 128
    let digits = hex.lowercased()
    guard digits.utf8.count == length, digits.utf8.allSatisfy(Checksum.digits.contains) else { return nil }
    self.algorithm = algorithm
    self.hex = digits
  }

  /// `sha256:…`
  package var description: String { "\(algorithm.rawValue):\(hex)" }

  /// Hashes a file, a piece at a time.
  ///
  /// - Throws: ``HearthError`` `local` when the file cannot be read.
  package static func of(file path: String, _ algorithm: Algorithm = .sha256) throws(HearthError) -> Checksum {
    switch algorithm {
    case .sha256: Checksum(algorithm, digest: try digest(of: path, SHA256.self))
    case .sha512: Checksum(algorithm, digest: try digest(of: path, SHA512.self))
    }
  }

  /// The SHA-256 of bytes in memory.
  package static func of(_ bytes: some Sequence<UInt8>) -> Checksum {
    Checksum(.sha256, digest: SHA256.hash(data: Array(bytes)))
  }

  private init(_ algorithm: Algorithm, digest: some Sequence<UInt8>) {
    self.algorithm = algorithm
    hex = digest.hexadecimal
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func digest<Hash: HashFunction>(of path: String, _: Hash.Type) throws(HearthError) -> Hash.Digest {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      var hash = Hash()
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
      return hash.finalize()
    } catch {
      throw HearthError(
        .local, "cannot read \(path)", hint: "Look at the file's owner and mode.", cause: error.localizedDescription,
        command: "ls -l \(path.shellQuoted)")
    }
  }
}
