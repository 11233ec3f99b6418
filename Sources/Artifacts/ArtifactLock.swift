package import Diagnostics
import Foundation
package import HTTP
import Templates

/// The checksums of everything that may be installed. Nothing else is.
package struct ArtifactLock: Sendable, Equatable {
  /// The name of a lock file beside an inventory or in an artifact folder.
  package static let fileName = "artifacts.lock.yaml"

  /// By path.
  package private(set) var files: [String: LockedFile] = [:]
  package private(set) var images: [LockedImage] = []

  package init(files: [LockedFile] = [], images: [LockedImage] = []) {
    self.files = Dictionary(files.map { ($0.path, $0) }) { _, last in last }
    self.images = images
  }

  /// The lock file that is part of hearth.
  package static func embedded() throws(HearthError) -> ArtifactLock {
    try ArtifactLock(yaml: Template.text(of: fileName), file: "hearth's own \(fileName)")
  }

  /// hearth's own lock file, extended by the source folder's and then by the user's, where these exist.
  ///
  /// - Parameter beside: the inventory's folder.
  package static func load(source: ArtifactSource, beside: String? = nil) throws(HearthError) -> ArtifactLock {
    var lock = try embedded()
    var folders: [String] = []
    if case .folder(let folder) = source {
      guard FileManager.default.fileExists(atPath: folder) else {
        throw HearthError(
          .local, "there is no artifact folder", subject: Subject(file: folder),
          hint: "correct cluster.artifacts in the inventory, or fill the folder: `hearth artifacts fetch --to` on a "
            + "machine with internet, scripts/quickstart for a virtual rack",
          command: "ls -ld '\(folder)'")
      }
      folders.append(folder)
    }
    if let beside { folders.append(beside) }
    for folder in folders {
      let file = "\(folder.trimmingSlash)/\(fileName)"
      guard FileManager.default.fileExists(atPath: file) else { continue }
      try lock.extend(by: ArtifactLock(contentsOf: file), from: file)
    }
    return lock
  }

  package init(contentsOf file: String) throws(HearthError) {
    let text: String
    do {
      text = try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
    } catch {
      throw HearthError(
        .local, "cannot read the lock file", subject: Subject(file: file), hint: "Look at its owner and mode.",
        cause: error.localizedDescription)
    }
    try self.init(yaml: text, file: file)
  }

  /// Adds another lock file's entries. It may add files, and replace an image by name; it may not change a checksum.
  package mutating func extend(by other: ArtifactLock, from file: String) throws(HearthError) {
    for entry in other.files.values {
      if let known = files[entry.path], known.checksum != entry.checksum,
        known.checksum.algorithm == entry.checksum.algorithm
      {
        throw HearthError(
          .checksum, "two lock files disagree about \(entry.path)", subject: Subject(file: file),
          hint: "Remove the entry from this file if upstream's bytes are wanted; build under another version if not.",
          cause: "\(entry.checksum) here, \(known.checksum) before")
      }
      files[entry.path] = entry
    }
    let replaced = Set(other.images.map { "\($0.name)-\($0.architecture.rawValue)" })
    images.removeAll { replaced.contains("\($0.name)-\($0.architecture.rawValue)") }
    images += other.images
  }

  /// As part of a sentence: ` (v1.36.3, v1.35.1)`.
  private func lockedVersions(of name: String) -> String {
    let versions = Set(files.values.filter { $0.name == name }.map(\.version)).sorted(by: >)
    return versions.isEmpty ? "" : " (\(versions.joined(separator: ", ")))"
  }

  /// The image of that short name.
  ///
  /// - Throws: ``HearthError`` `checksum` when no lock file names it.
  package func image(_ name: String, _ architecture: Architecture) throws(HearthError) -> LockedImage {
    if let image = images.first(where: { $0.name == name && $0.architecture == architecture }) { return image }
    throw HearthError(
      .checksum, "no lock file names an image `\(name)` for \(architecture.rawValue)",
      hint: "Add it to \(ArtifactLock.fileName) beside the inventory, with its digest; docs/artifacts.md shows how.")
  }

  /// The first carrier of a program that is locked, and its checksum.
  ///
  /// - Throws: ``HearthError`` `checksum` when there is none.
  package func carrier(of artifact: Artifact, _ carriers: [Carrier]) throws(HearthError) -> (Carrier, Checksum) {
    for carrier in carriers {
      if let file = files[carrier.path] { return (carrier, file.checksum) }
    }
    throw HearthError(
      .checksum,
      "no checksum is known for \(artifact.name) \(artifact.version) (\(artifact.architecture.rawValue)), and nothing "
        + "unverified is installed",
      hint: "Choose a version that is locked\(lockedVersions(of: artifact.name)), or add this one to "
        + "\(ArtifactLock.fileName) beside the inventory; docs/artifacts.md shows how.",
      command: carriers.first.map { "curl -fsSL \($0.origin)/\($0.path) | sha256sum" })
  }
}
