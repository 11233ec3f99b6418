package import Diagnostics
import Foundation
package import HTTP
import Templates
import Untrusted

/// An image that a later lock file replaces.
package struct ImageReplacement: Sendable, Hashable {
  package let before: LockedImage
  package let after: LockedImage
  /// The lock file that says so.
  package let file: String

  /// A line for the plan.
  package var text: String {
    "\(file) replaces the image \(before.name) (\(before.architecture.rawValue)): "
      + "\(before.reference) by \(after.reference)\(before.reference == after.reference ? " with other content" : "")"
  }
}

/// The checksums of everything that may be installed. Nothing else is.
package struct ArtifactLock: Sendable, Equatable {
  /// The name of a lock file beside an inventory or in an artifact folder.
  package static let fileName = "artifacts.lock.yaml"

  /// By path.
  package private(set) var files: [String: LockedFile] = [:]
  package private(set) var images: [LockedImage] = []
  /// Images that a later lock file put in place of an earlier one's, for the plan to name.
  package private(set) var replacements: [ImageReplacement] = []

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
  /// - Parameters:
  ///   - beside: the inventory's folder.
  ///   - images: what hearth itself knows beside its own lock file; a lock file may replace each of them.
  package static func load(
    source: ArtifactSource, beside: String? = nil, images: [LockedImage] = []
  ) throws(HearthError) -> ArtifactLock {
    var lock = try embedded()
    try lock.extend(by: ArtifactLock(images: images), from: "hearth's own add-ons")
    var folders: [String] = []
    if case .folder(let folder) = source {
      guard FileManager.default.fileExists(atPath: folder) else {
        throw HearthError(
          .local, "there is no artifact folder", subject: Subject(file: folder),
          hint: "correct cluster.artifacts in the inventory, or fill the folder: `hearth artifacts fetch --to` on a "
            + "machine with internet, scripts/quickstart for a virtual rack",
          command: "ls -ld \(folder.shellQuoted)")
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
      text = try PlainText.read(file).text
    } catch {
      throw HearthError(
        .local, "cannot read the lock file", subject: Subject(file: file), hint: "Look at its owner and mode.",
        cause: [error.message, error.cause].compactMap { $0 }.joined(separator: ": "))
    }
    try self.init(yaml: text, file: file)
  }

  /// Adds another lock file's entries. It may add files, and replace an image by name, which is remembered; a file that
  /// is known already it may only repeat, whatever algorithm it uses.
  package mutating func extend(by other: ArtifactLock, from file: String) throws(HearthError) {
    for entry in other.files.values.sorted(by: { $0.path < $1.path }) {
      if let known = files[entry.path], known.checksum != entry.checksum {
        throw Self.disagreement(entry, known, file)
      }
      files[entry.path] = files[entry.path] ?? entry
    }
    let before = Dictionary(grouping: images, by: \.key)
    let after = Dictionary(other.images.map { ($0.key, $0) }) { _, last in last }
    images.removeAll { after[$0.key] != nil }
    var added: Set<LockedImage.Key> = []
    for image in other.images.compactMap({ after[$0.key] }) where added.insert(image.key).inserted {
      for known in before[image.key] ?? [] where known != image {
        replacements.append(ImageReplacement(before: known, after: image, file: file))
      }
      images.append(image)
    }
  }

  static func disagreement(_ entry: LockedFile, _ known: LockedFile, _ file: String) -> HearthError {
    HearthError(
      .checksum, "two lock files disagree about \(entry.path)", subject: Subject(file: file),
      hint: "Remove the entry from this file if upstream's bytes are wanted; build under another version if not.",
      cause: "\(entry.checksum) here, \(known.checksum) before")
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
      hint:
        "Add it to \(ArtifactLock.fileName) beside the inventory, with its digest; docs/reference/artifacts.md shows how."
    )
  }

  /// The first carrier of a program that is locked, and its checksum.
  ///
  /// - Throws: ``HearthError`` `checksum` when there is none.
  package func carrier(of artifact: Artifact, _ carriers: [UpstreamFile]) throws(HearthError) -> (
    UpstreamFile, Checksum
  ) {
    for carrier in carriers {
      if let file = files[carrier.path] { return (carrier, file.checksum) }
    }
    throw HearthError(
      .checksum,
      "no checksum is known for \(artifact.name) \(artifact.version) (\(artifact.architecture.rawValue)), and nothing "
        + "unverified is installed",
      hint: "Choose a version that is locked\(lockedVersions(of: artifact.name)), or add this one to "
        + "\(ArtifactLock.fileName) beside the inventory; docs/reference/artifacts.md shows how.",
      command: carriers.first.map { "curl -fsSL \("\($0.origin)/\($0.path)".shellQuoted) | sha256sum" })
  }
}
