import Diagnostics
import Foundation

extension HearthError {
  /// A system call on a local file failed.
  ///
  /// - Parameter verb: as in `cannot write`.
  static func file(_ verb: String, _ path: String, errno code: Int32) -> HearthError {
    let folder = (path as NSString).deletingLastPathComponent
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
