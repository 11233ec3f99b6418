package import Diagnostics
import Foundation

/// A folder (0700) in the system's temporary folder for as long as one work takes. It is locked while its owner lives, so
/// that what a killed process left behind goes with the next one that needs such a folder.
package final class ScratchFolder: Sendable {
  package let path: String
  private let descriptor: Int32

  private static let lockName = ".lock"

  /// - Parameter name: what the folder's name begins with; older folders of that name, whose owners are gone, are removed.
  package init(_ name: String) throws(HearthError) {
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

  package func remove() { try? FileManager.default.removeItem(atPath: path) }

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

/// Keeps other processes away from one entry of the cache; released when the last reference goes, also by a crash.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Waits until the lock is free, without blocking a thread. The lock's file stays.
  ///
  /// - Parameter waiting: called once when somebody else holds it.
  init(_ path: String, waiting: () -> Void) async throws(HearthError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw HearthError.file("cannot open", path, errno: errno) }
    self.descriptor = descriptor
    var told = false
    for await _ in ContinuousClock().looks(every: .milliseconds(100)) {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw HearthError.file("cannot lock", path, errno: errno) }
      if !told { waiting() }
      told = true
    }
    throw HearthError(.cancelled, "stopped while another hearth held \(path)")
  }

  deinit { close(descriptor) }
}

extension HearthError {
  /// A system call on a local file failed.
  ///
  /// - Parameter verb: as in `cannot write`.
  static func file(_ verb: String, _ path: String, errno code: Int32) -> HearthError {
    let parent = (path as NSString).deletingLastPathComponent
    let folder = parent.isEmpty ? "." : parent
    return switch code {
    case ENOSPC, EDQUOT:
      HearthError(
        .local, "\(verb) \(path): the disk is full", hint: "Free space there, or set XDG_CACHE_HOME to another disk.",
        command: "df -h \(folder.shellQuoted)")
    case EACCES, EPERM, EROFS:
      HearthError(
        .local, "\(verb) \(path): not allowed",
        hint: "Make the folder yours (a run under sudo may have left it to root), or set XDG_CACHE_HOME.",
        cause: String(cString: strerror(code)), command: "ls -ld \(folder.shellQuoted)")
    case ENOENT:
      HearthError(
        .local, "\(verb) \(path): it does not exist", hint: "Check the path.", command: "ls -l \(folder.shellQuoted)")
    default:
      HearthError(
        .local, "\(verb) \(path)", hint: "Look at the file and its folder.", cause: String(cString: strerror(code)),
        command: "ls -ld \(path.shellQuoted)")
    }
  }

  /// What Foundation threw for a local file. Its own code counts: `errno` may be another call's by then.
  static func file(_ verb: String, _ path: String, from error: any Error) -> HearthError {
    var found = file(verb, path, errno: posixCode(of: error))
    if found.cause == nil { found.cause = error.localizedDescription }
    return found
  }

  static func posixCode(of error: any Error) -> Int32 {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return Int32(clamping: error.code) }
    if let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError { return posixCode(of: inner) }
    guard error.domain == NSCocoaErrorDomain else { return EIO }
    return switch CocoaError.Code(rawValue: error.code) {
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteNoPermission, .fileReadNoPermission: EACCES
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileWriteVolumeReadOnly: EROFS
    case .fileWriteFileExists: EEXIST
    default: EIO
    }
  }
}
