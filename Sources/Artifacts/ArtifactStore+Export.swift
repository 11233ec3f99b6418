package import Diagnostics
import Foundation
import HTTP

extension ArtifactStore {
  /// Fetches artifacts and lays them out in a folder as ``ArtifactSource/folder(_:)`` wants them: upstream's paths, images
  /// as archives, and a lock file that names all of it.
  package func export(
    _ artifacts: [Artifact], to folder: String, events: any EventSink = SilentSink()
  ) async throws(HearthError) {
    let files = try await fetch(artifacts, events: events)
    let meter = DownloadMeter(events)
    var lockedFiles: [LockedFile] = []
    var images: [LockedImage] = []
    for job in try jobs(for: Set(artifacts)) {
      let path = try await carrierFile(job, meter: meter)
      try Self.copy(path, to: "\(folder.trimmingSlash)/\(job.carrier.path)")
      if let entry = lock.files[job.carrier.path] { lockedFiles.append(entry) }
    }
    meter.end(nil)
    for artifact in artifacts {
      guard case .image(var image) = artifact.content else { continue }
      if case .registry = image.place, let file = files[artifact], let checksum = Checksum(.sha256, hex: file.sha256) {
        let path = "images/\(image.name)-\(image.architecture.rawValue).tar"
        try Self.copy(file.path, to: "\(folder.trimmingSlash)/\(path)")
        image = LockedImage(
          name: image.name, architecture: image.architecture, reference: image.reference,
          place: .archive(path: path, checksum: checksum))
      }
      if !images.contains(image) { images.append(image) }
    }
    // What the folder held before stays named.
    let file = "\(folder.trimmingSlash)/\(ArtifactLock.fileName)"
    var all = FileManager.default.fileExists(atPath: file) ? try ArtifactLock(contentsOf: file) : ArtifactLock()
    try all.extend(by: ArtifactLock(files: lockedFiles, images: images), from: file)
    do {
      try all.yaml().write(toFile: file, atomically: true, encoding: .utf8)
    } catch {
      throw HearthError(
        .local, "the lock file cannot be written", subject: Subject(file: file), hint: "Look at the folder's owner.",
        cause: error.reason)
    }
  }

  /// A copy that appears whole.
  private static func copy(_ path: String, to target: String) throws(HearthError) {
    guard path != target else { return }
    try ArtifactCache.makeFolder((target as NSString).deletingLastPathComponent)
    let temporary = "\(target).\(getpid())"
    defer { unlink(temporary) }
    do {
      try? FileManager.default.removeItem(atPath: temporary)
      try FileManager.default.copyItem(atPath: path, toPath: temporary)
    } catch {
      throw HearthError(
        .local, "cannot copy \(path)", subject: Subject(file: target),
        hint: "look at the folder's owner, and at free disk space with `df -h`", cause: error.reason)
    }
    guard rename(temporary, target) == 0 else { throw HearthError.file("cannot write", target, errno: errno) }
  }
}
