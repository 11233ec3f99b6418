import Diagnostics
import HTTP

extension ArtifactStore {
  /// The path of a verified file of upstream's: in the source's folder, in the cache, or downloaded now.
  func carrierFile(_ job: Job, events: any EventSink) async throws(HearthError) -> String {
    switch source.location(of: job.carrier) {
    case .file(let path):
      guard let found = try cache.checksum(of: path, job.checksum.algorithm) else {
        throw HearthError(
          .local, "the artifact folder lacks \(job.carrier.path)",
          hint: "Copy it there, or build it with the scripts of hearth.", command: "ls -l '\(path)'")
      }
      guard found == job.checksum else {
        throw HearthError(
          .checksum, "\(path) is not the file that the lock file names",
          hint: "Copy it anew; if it was built anew, let the same build write the lock file.",
          cause: "wanted \(job.checksum), found \(found)", command: "\(job.checksum.algorithm.rawValue)sum '\(path)'")
      }
      return path
    case .url(let url):
      throw HearthError(.internalError, "downloading \(url) is not built yet")
    }
  }
}
