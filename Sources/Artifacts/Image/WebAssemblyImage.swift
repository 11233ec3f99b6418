package import Diagnostics
import Foundation
import HTTP

/// A WebAssembly file as a container image: one ordinary tar layer, which every containerd accepts, and the same layer for
/// every architecture. The same file gives the same bytes and the same name.
package struct WebAssemblyImage: Sendable {
  /// Such as `hearth.local/web:3f2a91c07b5d`.
  package let reference: String
  package let form: WebAssemblyFile
  package let purpose: WebAssemblyVerdict.Purpose
  package let archive: LocalFile

  /// Where the file lies in the image.
  package static let entrypoint = "/app.wasm"

  /// - Parameters:
  ///   - file: the `.wasm` file.
  ///   - reference: with a tag; or without one, which then is made from the content.
  ///   - archive: the OCI archive that is written.
  /// - Throws: ``HearthError`` `local` when the file is not WebAssembly, or cannot be read or written; `unsupported` when it
  ///   is WebAssembly that no node would run.
  package static func pack(
    _ file: String, as reference: String, to archive: String
  ) async throws(HearthError) -> WebAssemblyImage {
    let form = try WebAssemblyFile(contentsOf: file)
    let verdict = WebAssemblyVerdict(contentsOf: file)
    if let problem = verdict?.problem {
      throw HearthError(
        .unsupported, "no node could run it: \(problem)", subject: Subject(file: file),
        hint: "docs/background/wasm.md says what a program for a node is made of")
    }
    let purpose = verdict?.purpose ?? .command
    let stage = "\(archive).stage.\(getpid())"
    try? FileManager.default.removeItem(atPath: stage)
    defer { try? FileManager.default.removeItem(atPath: stage) }
    try ArtifactCache.makeFolder("\(stage)/root")
    try ArtifactCache.makeFolder("\(stage)/image/blobs/sha256")
    do {
      try FileManager.default.copyItem(atPath: file, toPath: "\(stage)/root\(entrypoint)")
    } catch {
      throw HearthError.file("cannot write", "\(stage)/root\(entrypoint)", from: error)
    }
    let layer = try await layer(of: "\(stage)/root", blobs: "\(stage)/image/blobs/sha256")
    let named = reference.hasTag ? reference : "\(reference):\(layer.digest.dropFirst(7).prefix(12))"
    _ = try ImageReference(named)

    var manifests: [Descriptor] = []
    let image = OCILayoutWriter(folder: "\(stage)/image")
    for architecture in Architecture.allCases {
      let config = ImageConfig(
        architecture: architecture.rawValue, os: "linux",
        // The engine ends a service's requests on SIGINT, and cuts them off on Kubernetes' usual SIGTERM.
        config: .init(Entrypoint: [entrypoint], StopSignal: purpose == .service ? "SIGINT" : nil),
        rootfs: .init(type: "layers", diff_ids: [layer.digest]))
      let stored = try image.store(config, mediaType: "application/vnd.oci.image.config.v1+json")
      var manifest = try image.store(
        TypedManifest(config: stored, layers: [layer]), mediaType: ImageManifest.mediaTypes[0])
      manifest.platform = .init(architecture: architecture.rawValue, os: "linux")
      manifests.append(manifest)
    }
    let index = try image.store(TypedIndex(manifests: manifests), mediaType: ImageIndex.mediaTypes[0])
    try await image.finish(index, reference: named, to: archive)
    let checksum = try Checksum.of(file: archive)
    return WebAssemblyImage(
      reference: named, form: form, purpose: purpose,
      archive: LocalFile(path: archive, sha256: checksum.hex, bytes: ArtifactCache.bytes(of: archive)))
  }

  /// Not compressed: its digest then depends on nothing but the file, and such files are small.
  private static func layer(of root: String, blobs: String) async throws(HearthError) -> Descriptor {
    let temporary = "\(blobs)/layer"
    try await LocalProgram.run(
      "tar",
      [
        "--create", "--force-local", "--file", temporary, "--directory", root, "--format=ustar", "--mtime=@0",
        "--owner=0", "--group=0",
        "--numeric-owner", "--mode=0644", "--blocking-factor=1", String(entrypoint.dropFirst()),
      ])
    let digest = try Checksum.of(file: temporary)
    try ArtifactCache.place(temporary, at: "\(blobs)/\(digest.hex)")
    return Descriptor(
      mediaType: "application/vnd.oci.image.layer.v1.tar", digest: digest.description,
      size: ArtifactCache.bytes(of: "\(blobs)/\(digest.hex)"))
  }
}

extension String {
  /// Whether the last part of an image's name has a tag.
  fileprivate var hasTag: Bool { split(separator: "/").last?.contains(":") ?? false }
}
