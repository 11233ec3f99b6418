import Diagnostics
import Foundation
import HTTP

extension ArtifactStore {
  /// The path of a verified file of upstream's: in the source's folder, in the cache, or downloaded now.
  func carrierFile(_ job: Job, meter: DownloadMeter) async throws(HearthError) -> String {
    switch location(of: job.carrier) {
    case .file(let path):
      try verifyFolderFile(path, job)
      return path
    case .url(let url):
      let path = cache.download(job.checksum, path: job.carrier.path)
      if try cache.checksum(of: path, job.checksum.algorithm) == job.checksum { return path }
      try ArtifactCache.makeFolder((path as NSString).deletingLastPathComponent)
      try await http.download(url, to: path, checksum: job.checksum, progress: meter.begin(job.carrier.path))
      return path
    case .nowhere:
      throw HearthError(
        .local, "\(job.carrier.path) is on no server of upstream's",
        hint: "Install hearth's package, which brings it, or name the folder or mirror that holds it in the inventory, "
          + "under cluster.artifacts.")
    }
  }

  /// A folder that lacks files lacks all of them at once, not one after another.
  func refuseGaps(in jobs: [Job]) throws(HearthError) {
    guard case .folder(let folder) = source else { return }
    let missing = jobs.map(\.carrier).filter { carrier in
      if case .file(let path) = source.location(of: carrier) { !ArtifactCache.exists(path) } else { false }
    }
    guard let first = missing.first, missing.count > 1 else { return }
    throw HearthError(
      .local, "the artifact folder lacks \(missing.count) files, such as \(first.path)",
      subject: Subject(file: folder),
      hint: "Copy them there, fill the folder with `hearth artifacts fetch --to` on a machine with internet, or "
        + "build them with the scripts of hearth.", output: missing.map(\.path))
  }

  private func verifyFolderFile(_ path: String, _ job: Job) throws(HearthError) {
    guard let found = try cache.checksum(of: path, job.checksum.algorithm) else {
      throw HearthError(
        .local, "the artifact folder lacks \(job.carrier.path)",
        hint: "Copy it there, or build it with the scripts of hearth.", command: "ls -l \(path.shellQuoted)")
    }
    guard found == job.checksum else {
      throw HearthError(
        .checksum, "\(path) is not the file that the lock file names",
        hint: "Copy it again; if it was rebuilt, let the same build write the lock file.",
        cause: "wanted \(job.checksum), found \(found)",
        command: "\(job.checksum.algorithm.rawValue)sum \(path.shellQuoted)")
    }
  }
}
