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

/// A file is hashed when it is first met and whenever its size, inode or time of change is not what it was then.
extension ArtifactCache {
  /// The checksum of a file, from its bytes or from an earlier look at the same bytes; nil where there is no file.
  func checksum(of path: String, _ algorithm: Checksum.Algorithm = .sha256) throws(HearthError) -> Checksum? {
    guard let before = try identity(of: path) else { return nil }
    let stamp = stamp(of: path, algorithm)
    let text = (try? String(contentsOf: URL(fileURLWithPath: stamp), encoding: .utf8)) ?? ""
    let words = text.split(separator: " ")
    if words.count == 2, words[0] == before, let known = Checksum(algorithm, hex: String(words[1])) {
      touch(stamp)
      return known
    }
    let checksum = try Checksum.of(file: path, algorithm)
    // Without a stamp the next use hashes again; a stamp that cannot be written is not a reason to stop.
    try? Data("\(before) \(checksum.hex)".utf8).write(to: URL(fileURLWithPath: stamp), options: .atomic)
    return checksum
  }

  /// Device, inode, size and both times; the time of change moves with every write and cannot be set back.
  private func identity(of path: String) throws(HearthError) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw HearthError.file("cannot read", path, errno: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw HearthError(
        .local, "\(path) is not a file", hint: "Move it out of the way.", command: "ls -ld \(path.shellQuoted)")
    }
    return [
      Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
      status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ].map(String.init).joined(separator: ":")
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  static func bytes(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
