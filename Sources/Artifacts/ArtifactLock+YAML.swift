package import Diagnostics
package import HTTP
import Untrusted
import Yams

/// How a lock file looks.
extension ArtifactLock {
  private struct Document: Codable {
    struct File: Codable {
      var name: String
      var version: String
      var arch: String
      var path: String
      var sha256: String?
      var sha512: String?
    }
    struct Image: Codable {
      var name: String
      var arch: String
      var reference: String
      var digest: String?
      var path: String?
      var sha256: String?
    }
    var version: Int
    var files: [File]?
    var images: [Image]?
  }

  /// - Parameter file: named in errors.
  package init(yaml: String, file: String) throws(HearthError) {
    let document: Document
    do {
      guard let node = try YAMLBudget.compose(yaml, file: file, code: .checksum) else {
        throw HearthError(.checksum, "the lock file is empty", subject: Subject(file: file))
      }
      document = try YAMLDecoder().decode(Document.self, from: node)
    } catch let error as HearthError {
      throw error
    } catch {
      throw HearthError(
        .checksum, "the lock file cannot be read", subject: Subject(file: file),
        hint: "Compare it with an older version of the file; docs/reference/artifacts.md shows how it looks.",
        cause: error.reason)
    }
    guard document.version == 1 else {
      throw HearthError(
        .checksum, "the lock file has version \(document.version); this hearth reads version 1",
        subject: Subject(file: file), hint: "Use the hearth that wrote it, or a newer one.")
    }
    var files: [LockedFile] = []
    var byPath: [String: LockedFile] = [:]
    for entry in document.files ?? [] {
      let read = try ArtifactLock.file(entry, in: file)
      if let known = byPath.updateValue(read, forKey: read.path), known.checksum != read.checksum {
        throw ArtifactLock.disagreement(read, known, file)
      }
      files.append(read)
    }
    var images: [LockedImage] = []
    var byKey: [LockedImage.Key: LockedImage] = [:]
    for entry in document.images ?? [] {
      let read = try ArtifactLock.image(entry, in: file)
      if let known = byKey.updateValue(read, forKey: read.key), known != read {
        throw HearthError(
          .checksum, "the image \(read.name) for \(read.architecture.rawValue) is given twice",
          subject: Subject(file: file), hint: "Keep one of the entries.")
      }
      images.append(read)
    }
    self.init(files: files, images: images)
  }

  /// The lock file's text; entries in a stable order, so that changes read well in a review.
  package func yaml() throws(HearthError) -> String {
    let files = files.values.sorted { $0.path < $1.path }.map { entry in
      Document.File(
        name: entry.name, version: entry.version, arch: entry.architecture.rawValue, path: entry.path,
        sha256: entry.checksum.algorithm == .sha256 ? entry.checksum.hex : nil,
        sha512: entry.checksum.algorithm == .sha512 ? entry.checksum.hex : nil)
    }
    let images = images.sorted { ($0.name, $0.architecture.rawValue) < ($1.name, $1.architecture.rawValue) }.map {
      entry in
      switch entry.place {
      case .registry(let digest):
        Document.Image(
          name: entry.name, arch: entry.architecture.rawValue, reference: entry.reference, digest: digest.description)
      case .archive(let path, let checksum):
        Document.Image(
          name: entry.name, arch: entry.architecture.rawValue, reference: entry.reference, path: path,
          sha256: checksum.hex)
      }
    }
    let document = Document(version: 1, files: files, images: images)
    do {
      return try YAMLEncoder().encode(document)
    } catch {
      throw HearthError(.internalError, "the lock file cannot be written: \(error)")
    }
  }

  private static func file(_ entry: Document.File, in file: String) throws(HearthError) -> LockedFile {
    guard entry.sha256 == nil || entry.sha512 == nil else {
      throw HearthError(
        .checksum, "the entry \(entry.path) has two checksums", subject: Subject(file: file),
        hint: "Keep the one that upstream publishes.")
    }
    let checksum =
      entry.sha256.flatMap { Checksum(.sha256, hex: $0) } ?? entry.sha512.flatMap { Checksum(.sha512, hex: $0) }
    return LockedFile(
      name: entry.name, version: entry.version, architecture: try architecture(entry.arch, entry.path, file),
      path: try relative(entry.path, file), checksum: try known(checksum, "sha256 or sha512", entry.path, file))
  }

  private static func image(_ entry: Document.Image, in file: String) throws(HearthError) -> LockedImage {
    let place: LockedImage.Place
    if let path = entry.path {
      let checksum = entry.sha256.flatMap { Checksum(.sha256, hex: $0) }
      place = .archive(path: try relative(path, file), checksum: try known(checksum, "sha256", path, file))
    } else {
      let digest = entry.digest.flatMap { Checksum(digest: $0) }
      place = .registry(digest: try known(digest, "digest (`sha256:…`)", entry.name, file))
    }
    // The reference goes into programs and configuration of every node: a name, and nothing else.
    do throws(HearthError) { _ = try ImageReference(entry.reference) } catch {
      throw error.at(Subject(file: file))
    }
    return LockedImage(
      name: entry.name, architecture: try architecture(entry.arch, entry.name, file), reference: entry.reference,
      place: place)
  }

  private static func known(
    _ checksum: Checksum?, _ what: String, _ entry: String, _ file: String
  ) throws(HearthError) -> Checksum {
    if let checksum { return checksum }
    throw HearthError(
      .checksum, "the entry \(entry) has no usable \(what)", subject: Subject(file: file),
      hint: "Write the hash in full, in hexadecimal digits.")
  }

  private static func architecture(_ name: String, _ entry: String, _ file: String) throws(HearthError) -> Architecture
  {
    if let architecture = Architecture(rawValue: name) { return architecture }
    throw HearthError(
      .checksum, "the entry \(entry) names an unknown architecture `\(name)`", subject: Subject(file: file),
      hint: "hearth knows \(Architecture.allCases.map(\.rawValue).joined(separator: " and ")).")
  }

  /// A path that stays below the source's base.
  private static func relative(_ path: String, _ file: String) throws(HearthError) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && path.visibleLine == path
    if isPlain { return path }
    throw HearthError(
      .checksum, "the path `\(path)` is not a plain relative path", subject: Subject(file: file),
      hint: "Write it as in release/v1.36.2/bin/linux/arm64/kubelet.")
  }
}

extension Checksum {
  /// A registry's digest, `sha256:…`.
  package init?(digest: String) {
    guard let colon = digest.firstIndex(of: ":"), let algorithm = Algorithm(rawValue: String(digest[..<colon])) else {
      return nil
    }
    self.init(algorithm, hex: String(digest[digest.index(after: colon)...]))
  }
}
