import Diagnostics
import Foundation

/// A folder (0700) in the system's temporary folder for as long as one work takes. It is locked while its owner lives, so
/// that what a killed process left behind goes with the next one that needs such a folder.
final class ScratchFolder: Sendable {
  let path: String
  private let descriptor: Int32

  private static let lockName = ".lock"

  /// - Parameter name: what the folder's name begins with; older folders of that name, whose owners are gone, are removed.
  init(_ name: String) throws(HearthError) {
    let base = NSTemporaryDirectory().hasSuffix("/") ? NSTemporaryDirectory() : NSTemporaryDirectory() + "/"
    Self.sweep(base, name)
    path = "\(base)\(name)-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    guard mkdir(path, 0o700) == 0 else { throw HearthError.file("cannot make the folder", path, errno: errno) }
    // The lock gets its name when it is held: nobody may find it free in between.
    let lock = "\(path)/\(Self.lockName)"
    descriptor = open(lock + ".new", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename(lock + ".new", lock) == 0 else {
      throw HearthError.file("cannot write", lock, errno: errno)
    }
  }

  deinit { close(descriptor) }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Removes the folders of this user that nobody holds any more.
  private static func sweep(_ base: String, _ name: String) {
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where entry.hasPrefix(name + "-") {
      let folder = base + entry
      var status = stat()
      guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
        continue
      }
      let lock = open("\(folder)/\(lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard lock >= 0 else { continue }
      defer { close(lock) }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { continue }
      try? FileManager.default.removeItem(atPath: folder)
    }
  }
}
