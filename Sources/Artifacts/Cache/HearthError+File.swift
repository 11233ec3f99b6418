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
        command: "df -h '\(folder)'")
    case EACCES, EPERM, EROFS:
      HearthError(
        .local, "\(verb) \(path): not allowed",
        hint: "Make the folder yours (a run under sudo may have left it to root), or set XDG_CACHE_HOME.",
        cause: String(cString: strerror(code)), command: "ls -ld '\(folder)'")
    case ENOENT:
      HearthError(.local, "\(verb) \(path): it does not exist", hint: "Check the path.", command: "ls -l '\(folder)'")
    default:
      HearthError(
        .local, "\(verb) \(path)", hint: "Look at the file and its folder.", cause: String(cString: strerror(code)),
        command: "ls -ld '\(path)'")
    }
  }
}
