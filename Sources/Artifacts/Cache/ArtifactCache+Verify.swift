import Diagnostics
import Foundation
import HTTP

/// A file is hashed when it is first met and whenever its size, inode or time of change is not what it was then.
extension ArtifactCache {
  /// The checksum of a file, from its bytes or from an earlier look at the same bytes; nil where there is no file.
  func checksum(of path: String, _ algorithm: Checksum.Algorithm = .sha256) throws(HearthError) -> Checksum? {
    guard let before = try identity(of: path) else { return nil }
    let stamp = "\(folder)/stamps/\(Checksum.of(Data(path.utf8)).hex)-\(algorithm.rawValue)"
    let text = (try? String(contentsOf: URL(fileURLWithPath: stamp), encoding: .utf8)) ?? ""
    let words = text.split(separator: " ")
    if words.count == 2, words[0] == before, let known = Checksum(algorithm, hex: String(words[1])) { return known }
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
