package import Diagnostics
import Foundation
import HTTP

extension ArtifactStore {
  /// An image as an OCI archive: from the source's folder, or pulled by digest from its registry.
  ///
  /// - Parameters:
  ///   - name: as in a lock file, such as `pause`.
  ///   - reference: nil, or the reference that the caller counts on; another one in the lock file is an error.
  package func image(
    _ name: String, reference: String? = nil, _ architecture: Architecture, events: any EventSink = SilentSink()
  ) async throws(HearthError) -> (reference: String, file: LocalFile) {
    let image = try lock.image(name, architecture)
    if let reference, reference != image.reference {
      throw HearthError(
        .checksum, "the lock file names \(image.reference) for `\(name)`, not \(reference)",
        hint: "Add an entry for \(reference) with its digest to \(ArtifactLock.fileName) beside the inventory; "
          + "docs/reference/artifacts.md shows how.")
    }
    let artifact = Artifact(image: image)
    guard let file = try await fetch([artifact], events: events)[artifact] else {
      throw HearthError(.internalError, "the image \(name) was not fetched")
    }
    return (image.reference, file)
  }

  private func imageBase(_ image: LockedImage, _ digest: Checksum) -> String {
    "\(cache.folder)/images/\(digest.hex)-\(image.architecture.rawValue)"
  }

  /// Where a pulled image lies. The name stands inside the archive, so another name is another archive.
  func imageArchive(_ image: LockedImage, _ digest: Checksum) -> String {
    "\(imageBase(image, digest))-\(Checksum.of(image.reference.utf8).hex.prefix(12)).tar"
  }

  func pull(
    _ artifact: Artifact, events: any EventSink, meter: DownloadMeter
  ) async throws(HearthError) -> [Artifact: LocalFile] {
    guard case .image(let image) = artifact.content, case .registry(let digest) = image.place else { return [:] }
    let base = imageBase(image, digest)
    let archive = imageArchive(image, digest)
    let lock = try await cache.lock("image-\(digest.hex)-\(image.architecture.rawValue)") {
      events.emit(.note(level: .info, host: nil, text: "another hearth is pulling \(image.reference); waiting for it"))
    }
    defer { withExtendedLifetime(lock) {} }
    if try !isWhole(archive) {
      let pull = ImagePull(image: image, digest: digest, http: http, stage: base + ".stage")
      try await pull.run(to: archive, progress: meter.begin(image.reference))
      try record(archive)
      try? FileManager.default.removeItem(atPath: base + ".stage")
    }
    guard let checksum = try cache.checksum(of: archive) else { return [:] }
    // Layers are compressed already.
    return [
      artifact: LocalFile(path: archive, sha256: checksum.hex, bytes: ArtifactCache.bytes(of: archive))
    ]
  }
}
