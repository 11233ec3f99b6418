import Diagnostics
import Foundation

/// An image layout in a folder, made into one tar file. The same blobs give the same bytes.
struct OCIArchive: Sendable {
  /// Holds `blobs/sha256/…` already.
  let stage: String

  /// Writes the index by OCI's rules and by Docker's (older importers read that one), and packs both.
  func finish(
    _ descriptor: Descriptor, manifest: ImageManifest, reference: String, tag: String, to archive: String
  ) async throws(HearthError) {
    var named = descriptor
    named.annotations = ["io.containerd.image.name": reference, "org.opencontainers.image.ref.name": tag]
    let docker = DockerManifest(
      Config: blobPath(manifest.config), RepoTags: [reference], Layers: manifest.layers.map(blobPath))
    try write("index.json", ImageIndex(manifests: [named]))
    try write("manifest.json", [docker])
    try write("oci-layout", ["imageLayoutVersion": "1.0.0"])
    let temporary = "\(archive).\(getpid())"
    defer { unlink(temporary) }
    // Nothing of an unfinished download belongs into the archive.
    let blobs = Set(([descriptor, manifest.config] + manifest.layers).map(blobPath)).sorted()
    try await LocalProgram.run(
      "tar",
      [
        "--create", "--force-local", "--file", temporary, "--directory", stage, "--format=ustar", "--mtime=@0",
        "--owner=0", "--group=0",
        "--numeric-owner", "--mode=0644", "oci-layout", "index.json", "manifest.json",
      ] + blobs)
    try ArtifactCache.place(temporary, at: archive)
  }

  private struct DockerManifest: Encodable {
    var Config: String
    var RepoTags: [String]
    var Layers: [String]
  }

  private func blobPath(_ descriptor: Descriptor) -> String {
    "blobs/" + descriptor.digest.replacing(":", with: "/")
  }

  private func write(_ name: String, _ value: some Encodable) throws(HearthError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(value).write(to: URL(fileURLWithPath: "\(stage)/\(name)"), options: .atomic)
    } catch {
      throw HearthError.file("cannot write", "\(stage)/\(name)", from: error)
    }
  }
}
