import Diagnostics
import Foundation
import HTTP
import Untrusted

/// An unpacked image as a registry takes it: files whose bytes are what their digests say.
struct PushPlan: Sendable {
  struct Item: Sendable, Equatable {
    var mediaType: String
    var digest: Checksum
    var bytes: Int
    var file: String
  }

  /// What is wrong with the archive.
  struct Mistake: Error { var text: String }

  /// Configurations and layers, each once.
  private(set) var blobs: [Item] = []
  /// Manifests below the root, in the order in which they can be stored.
  private(set) var manifests: [Item] = []
  /// What the tag will name.
  private(set) var root: Item

  private let folder: String
  /// Manifests, indexes and blobs that were looked at, each time they are named.
  private var parts = 0

  init(_ layout: ImageLayout) throws(Mistake) {
    let roots = try layout.roots()
    guard let first = roots.first, roots.count == 1 else {
      throw Mistake(text: "it holds \(roots.count) images; a push takes one: save them one by one")
    }
    folder = layout.folder
    root = try Self.item(first, in: folder)
    try gather(root, depth: 0)
    manifests.removeLast()
  }

  private mutating func gather(_ item: Item, depth: Int) throws(Mistake) {
    guard depth < 4, let bytes = try? RegularFile.read(item.file) else {
      throw Mistake(text: "a manifest in it cannot be read")
    }
    let data = Data(bytes)
    try count(1)
    if ImageIndex.mediaTypes.contains(item.mediaType),
      let index = try? JSONDecoder().decode(ImageIndex.self, from: data)
    {
      for entry in index.manifests { try gather(try Self.item(entry, in: folder), depth: depth + 1) }
    } else if let manifest = try? JSONDecoder().decode(ImageManifest.self, from: data) {
      try count(manifest.layers.count)
      for blob in manifest.layers + [manifest.config] {
        let item = try Self.item(blob, in: folder)
        if !blobs.contains(where: { $0.digest == item.digest }) { blobs.append(item) }
      }
    } else {
      throw Mistake(text: "a manifest in it is of no known kind")
    }
    if !manifests.contains(item) { manifests.append(item) }
  }

  private mutating func count(_ more: Int) throws(Mistake) {
    parts += more
    guard parts <= ImageLayout.mostParts else {
      throw Mistake(text: "it names more than \(ImageLayout.mostParts) parts")
    }
  }

  private static func item(_ descriptor: Descriptor, in folder: String) throws(Mistake) -> Item {
    guard let digest = Checksum(digest: descriptor.digest), digest.algorithm == .sha256 else {
      throw Mistake(text: "it names a part by `\(descriptor.digest)`, which is not a SHA-256")
    }
    let file = "\(folder)/blobs/sha256/\(digest.hex)"
    var status = stat()
    guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      let of = descriptor.platform.map { " (\($0.os)/\($0.architecture))" } ?? ""
      throw Mistake(text: "it lacks the part \(descriptor.digest)\(of), which its manifests name")
    }
    guard (try? Checksum.of(file: file)) == digest else {
      throw Mistake(text: "the part \(descriptor.digest) is damaged: its bytes have another checksum")
    }
    return Item(mediaType: descriptor.mediaType, digest: digest, bytes: Int(status.st_size), file: file)
  }
}
