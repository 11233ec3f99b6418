import Diagnostics
import Foundation
import HTTP
import Untrusted

/// An unpacked image archive: OCI's layout, or what older `docker save` wrote.
struct ImageLayout: Sendable {
  struct Image: Sendable {
    var config: ImageConfig
    /// Paths of files, in the order in which they lie upon each other.
    var layers: [String]
    var bytes: Int
  }

  let folder: String

  /// Name and images; nil when the folder is not an image. Images with missing parts are left out.
  func contents() -> (reference: String?, images: [Image])? {
    if let index: ImageIndex = read("index.json") {
      let annotations = index.manifests.first?.annotations ?? [:]
      let tag = annotations["org.opencontainers.image.ref.name"]
      let reference = annotations["io.containerd.image.name"] ?? tag.flatMap { $0.contains("/") ? $0 : nil }
      var left = Self.mostParts
      return (reference, index.manifests.flatMap { images(of: $0, depth: 0, &left) })
    }
    guard let list: [DockerManifest] = read("manifest.json") else { return nil }
    var left = Self.mostParts
    return (list.first?.RepoTags?.first, list.compactMap { image($0, &left) })
  }

  /// What a registry would store under the image's names. For an archive of older `docker save`, which has no manifests,
  /// one is written beside its layers.
  func roots() throws(PushPlan.Mistake) -> [Descriptor] {
    if let index: ImageIndex = read("index.json") { return index.manifests }
    guard let list: [DockerManifest] = read("manifest.json") else {
      throw PushPlan.Mistake(text: "it holds neither index.json nor manifest.json, so it is not an image")
    }
    guard list.reduce(0, { $0 + 1 + $1.Layers.count }) <= Self.mostParts else {
      throw PushPlan.Mistake(text: "it names more than \(Self.mostParts) parts")
    }
    do throws(HearthError) {
      return try list.map { image throws(HearthError) in try converted(image) }
    } catch {
      throw PushPlan.Mistake(text: error.message)
    }
  }

  private func converted(_ image: DockerManifest) throws(HearthError) -> Descriptor {
    try ArtifactCache.makeFolder("\(folder)/blobs/sha256")
    func blob(_ name: String, _ mediaType: String) throws(HearthError) -> Descriptor {
      guard isInside(name) else { throw HearthError(.local, "it names a part outside itself: \(name)") }
      try RegularFile.check("\(folder)/\(name)")
      let digest = try Checksum.of(file: "\(folder)/\(name)")
      let bytes = ArtifactCache.bytes(of: "\(folder)/\(name)")
      let place = "\(folder)/blobs/sha256/\(digest.hex)"
      if !ArtifactCache.exists(place) {
        do {
          try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: place)
        } catch {
          throw HearthError.file("cannot write", place, from: error)
        }
      }
      return Descriptor(mediaType: mediaType, digest: digest.description, size: bytes)
    }
    let manifest = TypedManifest(
      config: try blob(image.Config, "application/vnd.oci.image.config.v1+json"),
      layers: try image.Layers.map { name throws(HearthError) in
        try blob(name, "application/vnd.oci.image.layer.v1.tar")
      })
    return try OCILayoutWriter(folder: folder).store(manifest, mediaType: ImageManifest.mediaTypes[0])
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

  /// An index may hold an index; attestations are not images.
  private func images(of descriptor: Descriptor, depth: Int, _ left: inout Int) -> [Image] {
    left -= 1
    guard left >= 0, depth < 4, descriptor.platform?.architecture != "unknown", let path = Self.blob(descriptor) else {
      return []
    }
    if ImageIndex.mediaTypes.contains(descriptor.mediaType), let index: ImageIndex = read(path) {
      return index.manifests.flatMap { images(of: $0, depth: depth + 1, &left) }
    }
    guard let manifest: ImageManifest = read(path), let place = Self.blob(manifest.config),
      let config: ImageConfig = read(place), let layers = files(manifest.layers.map(Self.blob), &left)
    else { return [] }
    // What there is, not what the manifest claims.
    let bytes = (layers + ["\(folder)/\(place)"]).map(ArtifactCache.bytes).saturatingSum()
    return [Image(config: config, layers: layers, bytes: bytes)]
  }

  /// Manifests, indexes and layers that are looked at, each time they are named. An image can have some hundred layers.
  static let mostParts = 1000

  /// Below the layout's folder; nil where the digest is none: it must not lead elsewhere.
  private static func blob(_ descriptor: Descriptor) -> String? {
    NamePattern.digest.optional(descriptor.digest).map { "blobs/" + $0.replacing(":", with: "/") }
  }

  /// Full paths; nil unless all of them are regular files inside the layout.
  private func files(_ names: [String?], _ left: inout Int) -> [String]? {
    left -= min(names.count, Self.mostParts)
    guard left >= 0 else { return nil }
    let known = names.compactMap { $0 }.filter { isInside($0) && RegularFile.isRegular("\(folder)/\($0)") }
    return known.count == names.count ? known.map { "\(folder)/\($0)" } : nil
  }

  private func image(_ manifest: DockerManifest, _ left: inout Int) -> Image? {
    left -= 1
    guard left >= 0, let config: ImageConfig = read(manifest.Config), let layers = files(manifest.Layers, &left) else {
      return nil
    }
    return Image(config: config, layers: layers, bytes: layers.map(ArtifactCache.bytes).saturatingSum())
  }

  private func read<Value: Decodable>(_ name: String) -> Value? {
    guard isInside(name), let bytes = try? RegularFile.read("\(folder)/\(name)") else { return nil }
    return try? JSONDecoder().decode(Value.self, from: Data(bytes))
  }
}
