import Diagnostics
import Foundation
import HTTP

/// A folder in which an OCI archive comes together.
struct OCILayoutWriter: Sendable {
  /// Holds `blobs/sha256`.
  let folder: String

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// Stores a value as a blob.
  func store(_ value: some Encodable, mediaType: String) throws(HearthError) -> Descriptor {
    let bytes = try encoded(value)
    let digest = Checksum.of(bytes)
    try write(bytes, "blobs/sha256/\(digest.hex)")
    return Descriptor(mediaType: mediaType, digest: digest.description, size: bytes.count)
  }

  /// Writes the index and packs everything.
  func finish(_ image: Descriptor, reference: String, to archive: String) async throws(HearthError) {
    var named = image
    named.annotations = [
      "io.containerd.image.name": reference,
      "org.opencontainers.image.ref.name": reference.split(separator: ":").last.map(String.init) ?? reference,
    ]
    try write(try encoded(ImageIndex(manifests: [named])), "index.json")
    try write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), "oci-layout")
    let temporary = "\(archive).\(getpid())"
    defer { unlink(temporary) }
    try await LocalProgram.run(
      "tar",
      [
        "--create", "--force-local", "--file", temporary, "--directory", folder, "--sort=name", "--format=ustar",
        "--mtime=@0",
        "--owner=0", "--group=0", "--numeric-owner", "--mode=a+rX,go-w", "--blocking-factor=1", "oci-layout",
        "index.json", "blobs",
      ])
    try ArtifactCache.place(temporary, at: archive)
  }

  private func encoded(_ value: some Encodable) throws(HearthError) -> [UInt8] {
    do {
      return Array(try Self.encoder.encode(value))
    } catch {
      throw HearthError(.internalError, "an image's description cannot be written: \(error)")
    }
  }

  private func write(_ bytes: [UInt8], _ name: String) throws(HearthError) {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    } catch {
      throw HearthError.file("cannot write", "\(folder)/\(name)", from: error)
    }
  }
}

/// A manifest that says what it is, as registries want it.
struct TypedManifest: Encodable {
  var schemaVersion = 2
  var mediaType = ImageManifest.mediaTypes[0]
  var config: Descriptor
  var layers: [Descriptor]
}

struct TypedIndex: Encodable {
  var schemaVersion = 2
  var mediaType = ImageIndex.mediaTypes[0]
  var manifests: [Descriptor]
}
