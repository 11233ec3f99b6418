package import Diagnostics
import HTTP

extension ArtifactStore {
  /// What is here of these artifacts, in their order.
  ///
  /// - Parameter fully: reads every byte again, whatever was seen before.
  package func records(of artifacts: [Artifact], fully: Bool = false) throws(HearthError) -> [ArtifactRecord] {
    var records: [ArtifactRecord] = []
    for artifact in artifacts { records.append(try record(of: artifact, fully: fully)) }
    return records
  }

  private func record(of artifact: Artifact, fully: Bool) throws(HearthError) -> ArtifactRecord {
    var record = ArtifactRecord(
      name: artifact.name, version: artifact.version, architecture: artifact.architecture, source: "", state: .unlocked)
    let carrier: UpstreamFile
    let wanted: Checksum
    switch artifact.content {
    case .image(let image):
      switch image.place {
      case .registry(let digest):
        let archive = imageArchive(image, digest)
        record.source = image.reference
        record.checksum = "\(digest.algorithm.rawValue):\(digest.hex)"
        record.file = archive
        record.bytes = size(of: archive)
        record.state = record.bytes == nil ? .missing : try isWhole(archive, fully: fully) ? .verified : .wrong
        return record
      case .archive(let path, let checksum):
        (carrier, wanted) = (UpstreamFile(origin: "", path: path), checksum)
      }
    case .program(let carriers):
      guard let locked = ordered(carriers).first(where: { lock.files[$0.path] != nil }),
        let file = lock.files[locked.path]
      else {
        record.source = carriers.first.map(place(of:)) ?? ""
        return record
      }
      (carrier, wanted) = (locked, file.checksum)
    }
    let file = localPath(of: carrier, wanted)
    record.source = place(of: carrier)
    record.member = carrier.member
    record.checksum = "\(wanted.algorithm.rawValue):\(wanted.hex)"
    record.file = file
    record.bytes = size(of: file)
    guard record.bytes != nil else {
      record.state = .missing
      return record
    }
    let found = fully ? try Checksum.of(file: file, wanted.algorithm) : try cache.checksum(of: file, wanted.algorithm)
    record.state = found == wanted ? .verified : .wrong
    return record
  }

  private func place(of carrier: UpstreamFile) -> String {
    switch location(of: carrier) {
    case .url(let url): url
    case .file(let path): path
    case .nowhere: carrier.path
    }
  }

  /// Where a file of upstream's lies on this machine, or would lie.
  func localPath(of carrier: UpstreamFile, _ checksum: Checksum) -> String {
    if case .file(let path) = location(of: carrier) { return path }
    return cache.download(checksum, path: carrier.path)
  }

  private func size(of path: String) -> Int? { ArtifactCache.exists(path) ? ArtifactCache.bytes(of: path) : nil }
}

/// What is known of one artifact on the operator's machine, without asking any server.
package struct ArtifactRecord: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable {
    /// Here, with the bytes that the lock file names.
    case verified
    /// Not here yet.
    case missing
    /// Here, with other bytes.
    case wrong
    /// No lock file names its checksum, so it is never installed.
    case unlocked
  }

  package var name: String
  package var version: String
  package var architecture: Architecture
  /// URL, path or image reference.
  package var source: String
  /// Path of the program inside the archive that is fetched.
  package var member: String?
  /// Algorithm and hex digits, as in `sha256:…`; of an image its digest or that of its archive.
  package var checksum: String?
  /// Size of the file here; nil while it is missing.
  package var bytes: Int?
  /// Where it lies on this machine, or would lie.
  package var file: String?
  package var state: State
}
