package import Diagnostics
import Foundation
import HTTP

extension ArtifactStore {
  /// A WebAssembly file that is part of hearth as an image in the cache; made once.
  ///
  /// - Parameter name: such as `wasm-module`.
  package func packed(
    _ name: String, _ bytes: [UInt8]
  ) async throws(HearthError) -> (reference: String, file: LocalFile) {
    let base = "\(cache.folder)/images/\(name)-\(Checksum.of(bytes).hex.prefix(16))"
    let (archive, label) = ("\(base).tar", "\(base).reference")
    let lock = try await cache.lock("image-\(name)")
    defer { withExtendedLifetime(lock) {} }
    if try isWhole(archive), let reference = try? String(contentsOf: URL(fileURLWithPath: label), encoding: .utf8),
      let checksum = try cache.checksum(of: archive)
    {
      return (reference, LocalFile(path: archive, sha256: checksum.hex, bytes: ArtifactCache.bytes(of: archive)))
    }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(base).wasm"), options: .atomic)
      defer { try? FileManager.default.removeItem(atPath: "\(base).wasm") }
      let image = try await WebAssemblyImage.pack("\(base).wasm", as: "hearth.local/\(name)", to: archive)
      try Data(image.reference.utf8).write(to: URL(fileURLWithPath: label), options: .atomic)
      try record(archive)
      return (image.reference, image.archive)
    } catch let error as HearthError {
      throw error
    } catch {
      throw HearthError.file("cannot write", "\(base).wasm", from: error)
    }
  }

  /// Whether all of these are named by a lock file.
  package func knows(_ artifacts: [Artifact]) -> Bool {
    artifacts.allSatisfy { artifact in
      guard case .program(let carriers) = artifact.content else { return true }
      return (try? lock.carrier(of: artifact, carriers)) != nil
    }
  }
}
