import Diagnostics
import Foundation
import HTTP
import Untrusted

/// Turns an image at its registry into an OCI archive that `ctr images import` takes.
struct ImagePull: Sendable {
  let image: LockedImage
  let digest: Checksum
  let http: HTTPClient
  /// Blobs gather here; kept over a failed pull, so that the next goes on.
  let stage: String

  /// - Parameter archive: appears when it is whole.
  func run(to archive: String, progress: @escaping @Sendable (HTTPProgress) -> Void) async throws(HearthError) {
    let reference = try ImageReference(image.reference)
    let registry = RegistryClient(reference, http: http)
    try ArtifactCache.makeFolder("\(stage)/blobs/sha256")
    let (manifest, descriptor) = try await platformManifest(registry)

    guard manifest.layers.count < ImageLayout.mostParts else {
      throw unreadable("its manifest names more than \(ImageLayout.mostParts) parts")
    }
    var blobs: [Descriptor] = []
    // A layer may stand in a manifest twice.
    for blob in [manifest.config] + manifest.layers where !blobs.contains(where: { $0.digest == blob.digest }) {
      blobs.append(blob)
    }
    let total = blobs.map { max(0, $0.size) }.saturatingSum()
    var before = 0
    for blob in blobs {
      guard let checksum = Checksum(digest: blob.digest), checksum.algorithm == .sha256 else {
        throw unreadable("a blob has the digest `\(blob.digest.bounded(100))`")
      }
      let file = "\(stage)/blobs/sha256/\(checksum.hex)"
      if !FileManager.default.fileExists(atPath: file) {
        let offset = before
        try await registry.blob(checksum, bytes: max(0, blob.size), to: file) { step in
          progress(HTTPProgress(doneBytes: offset.saturatingPlus(step.doneBytes), totalBytes: total))
        }
      }
      before = before.saturatingPlus(max(0, blob.size))
    }
    try await OCIArchive(stage: stage).finish(
      descriptor, manifest: manifest, reference: image.reference, tag: reference.tag, to: archive)
  }

  /// The manifest of the image's platform, itself or out of the list that the digest names.
  private func platformManifest(_ registry: RegistryClient) async throws(HearthError) -> (ImageManifest, Descriptor) {
    var (bytes, found) = try await registry.manifest(digest.description)
    if let index = try? JSONDecoder().decode(ImageIndex.self, from: Data(bytes)) {
      guard let entry = index.manifest(for: image.architecture) else {
        throw HearthError(
          .download, "the image \(image.reference) does not exist for \(image.architecture.rawValue)",
          hint: "Name another image in the lock file.")
      }
      guard let digest = Checksum(digest: entry.digest) else {
        throw unreadable("a manifest has the digest `\(entry.digest.bounded(100))`")
      }
      (bytes, found) = try await registry.manifest(digest.description)
    }
    guard let manifest = try? JSONDecoder().decode(ImageManifest.self, from: Data(bytes)) else {
      throw unreadable("the manifest is not of a known kind")
    }
    let kind = try? JSONDecoder().decode(MediaType.self, from: Data(bytes))
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(stage)/blobs/sha256/\(found.hex)"), options: .atomic)
    } catch {
      throw HearthError.file("cannot write", "\(stage)/blobs/sha256/\(found.hex)", from: error)
    }
    let descriptor = Descriptor(
      mediaType: kind?.mediaType ?? ImageManifest.mediaTypes[0], digest: found.description, size: bytes.count,
      platform: .init(architecture: image.architecture.rawValue, os: "linux"))
    return (manifest, descriptor)
  }

  private struct MediaType: Decodable { var mediaType: String }

  private func unreadable(_ why: String) -> HearthError {
    HearthError(
      .download, "the image \(image.reference) cannot be read: \(why)", hint: "Name another image in the lock file.")
  }
}
