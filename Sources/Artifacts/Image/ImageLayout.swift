import Diagnostics
import Foundation
import HTTP

/// An unpacked image archive: OCI's layout, or what older `docker save` wrote.
struct ImageLayout: Sendable {
  struct Image: Sendable {
    var config: ImageConfig
    /// Paths of files, in the order in which they lie upon each other.
    var layers: [String]
    var bytes: Int
  }

  let folder: String

  /// Name and images; nil when the folder is no image. Images with missing parts are left out.
  func contents() -> (reference: String?, images: [Image])? {
    if let index: ImageIndex = read("index.json") {
      let annotations = index.manifests.first?.annotations ?? [:]
      let tag = annotations["org.opencontainers.image.ref.name"]
      let reference = annotations["io.containerd.image.name"] ?? tag.flatMap { $0.contains("/") ? $0 : nil }
      return (reference, index.manifests.flatMap { images(of: $0, depth: 0) })
    }
    guard let list: [DockerManifest] = read("manifest.json") else { return nil }
    return (list.first?.RepoTags?.first, list.compactMap(image))
  }

  /// What a registry would store under the image's names. For an archive of older `docker save`, which has no manifests,
  /// one is written beside its layers.
  func roots() throws(ImageParcel.Mistake) -> [Descriptor] {
    if let index: ImageIndex = read("index.json") { return index.manifests }
    guard let list: [DockerManifest] = read("manifest.json") else {
      throw ImageParcel.Mistake(text: "it holds neither index.json nor manifest.json, so it is no image")
    }
    do throws(HearthError) {
      return try list.map { image throws(HearthError) in try converted(image) }
    } catch {
      throw ImageParcel.Mistake(text: error.message)
    }
  }

  private func converted(_ image: DockerManifest) throws(HearthError) -> Descriptor {
    try ArtifactCache.makeFolder("\(folder)/blobs/sha256")
    func blob(_ name: String, _ mediaType: String) throws(HearthError) -> Descriptor {
      guard isInside(name) else { throw HearthError(.local, "it names a part outside itself: \(name)") }
      let digest = try Checksum.of(file: "\(folder)/\(name)")
      let bytes = ArtifactCache.bytes(of: "\(folder)/\(name)")
      let place = "\(folder)/blobs/sha256/\(digest.hex)"
      if !ArtifactCache.exists(place) {
        do {
          try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: place)
        } catch {
          throw HearthError.file("cannot write", place, errno: errno)
        }
      }
      return Descriptor(mediaType: mediaType, digest: digest.description, size: bytes)
    }
    let manifest = TypedManifest(
      config: try blob(image.Config, "application/vnd.oci.image.config.v1+json"),
      layers: try image.Layers.map { name throws(HearthError) in
        try blob(name, "application/vnd.oci.image.layer.v1.tar")
      })
    return try ImageStage(folder: folder).store(manifest, mediaType: ImageManifest.mediaTypes[0])
  }

  /// Digests and names come from the archive: they must not lead out of it, nor by a link.
  private func isInside(_ name: String) -> Bool {
    let real = URL(fileURLWithPath: "\(folder)/\(name)").resolvingSymlinksInPath().path
    return real.hasPrefix(URL(fileURLWithPath: folder).resolvingSymlinksInPath().path + "/")
  }

  private struct DockerManifest: Decodable {
    var Config: String
    var RepoTags: [String]?
    var Layers: [String]
  }

  /// An index may hold an index; attestations are no images.
  private func images(of descriptor: Descriptor, depth: Int) -> [Image] {
    let path = "blobs/" + descriptor.digest.replacing(":", with: "/")
    guard depth < 4, descriptor.platform?.architecture != "unknown" else { return [] }
    if ImageIndex.mediaTypes.contains(descriptor.mediaType), let index: ImageIndex = read(path) {
      return index.manifests.flatMap { images(of: $0, depth: depth + 1) }
    }
    guard let manifest: ImageManifest = read(path),
      let config: ImageConfig = read("blobs/" + manifest.config.digest.replacing(":", with: "/"))
    else { return [] }
    let layers = manifest.layers.map { "\(folder)/blobs/" + $0.digest.replacing(":", with: "/") }
    guard layers.allSatisfy(FileManager.default.isReadableFile) else { return [] }
    return [
      Image(config: config, layers: layers, bytes: manifest.config.size + manifest.layers.map(\.size).reduce(0, +))
    ]
  }

  private func image(_ manifest: DockerManifest) -> Image? {
    let layers = manifest.Layers.map { "\(folder)/\($0)" }
    guard let config: ImageConfig = read(manifest.Config), layers.allSatisfy(FileManager.default.isReadableFile) else {
      return nil
    }
    return Image(config: config, layers: layers, bytes: layers.map(ArtifactCache.bytes).reduce(0, +))
  }

  private func read<Value: Decodable>(_ name: String) -> Value? {
    guard isInside(name), let data = try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")) else {
      return nil
    }
    return try? JSONDecoder().decode(Value.self, from: data)
  }
}
