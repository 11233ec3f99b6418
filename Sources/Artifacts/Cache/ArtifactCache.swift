import Diagnostics
import Foundation
import HTTP

/// The operator's folder of verified files. Safe between processes: every file appears by a rename, under a lock.
struct ArtifactCache: Sendable {
  let folder: String

  /// Makes the folder.
  init(folder: String) throws(HearthError) {
    self.folder = folder
    for part in ["downloads", "unpacked", "gzip", "stamps", "locks", "images"] {
      try ArtifactCache.makeFolder("\(folder)/\(part)")
    }
  }

  /// `$XDG_CACHE_HOME/hearth/artifacts`, or below `~/.cache`.
  static var standardFolder: String {
    let environment = ProcessInfo.processInfo.environment
    let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (base ?? NSHomeDirectory() + "/.cache") + "/hearth/artifacts"
  }

  /// Where a file of upstream's lies once it is downloaded.
  func download(_ checksum: Checksum, path: String) -> String {
    "\(folder)/downloads/\(checksum.algorithm.rawValue)-\(checksum.hex)/\((path as NSString).lastPathComponent)"
  }

  /// Where a program lies once it is unpacked from a file with that checksum.
  func unpacked(_ archive: Checksum, member: String) -> String {
    let name = member.split(separator: "/").joined(separator: "-")
    return "\(folder)/unpacked/\(archive.algorithm.rawValue)-\(archive.hex)/\(name)"
  }

  func gzip(_ checksum: Checksum) -> String { "\(folder)/gzip/\(checksum.hex).gz" }

  func lock(_ name: String, waiting: () -> Void = {}) async throws(HearthError) -> FileLock {
    try await FileLock("\(folder)/locks/\(name)", waiting: waiting)
  }

  static func makeFolder(_ path: String) throws(HearthError) {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      let code = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw HearthError.file("cannot make the folder", path, errno: Int32(code?.code ?? Int(errno)))
    }
  }

  /// Moves a finished file to its place.
  static func place(_ temporary: String, at path: String) throws(HearthError) {
    chmod(temporary, 0o444)
    guard rename(temporary, path) == 0 else { throw HearthError.file("cannot write", path, errno: errno) }
  }
}
