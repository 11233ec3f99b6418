package import Diagnostics
import Foundation
import PKI
import Untrusted

extension KubeconfigMerge {
  /// The file that kubectl writes to: the first of `$KUBECONFIG`, or `~/.kube/config`.
  package static func userFile(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    let named = environment["KUBECONFIG"]?.split(separator: ":").first.map(String.init)
    return named ?? "\(environment["HOME"] ?? NSHomeDirectory())/.kube/config"
  }

  /// Merges a kubeconfig into a file. The file is replaced as a whole, mode 0600; what was there is kept beside it as
  /// `….hearth-backup` when it changes. kubectl's own lock file keeps the two from writing at once.
  package static func merge(_ addition: Secret<String>, into path: String) throws(HearthError) {
    // A link is followed: the file that it leads to is the user's.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let folder = (target as NSString).deletingLastPathComponent
    try attempt("make the folder", folder) {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    try withLock(target) { () throws(HearthError) in
      let existing = try read(target)
      let text: String
      do throws(HearthError) {
        text = try merged(addition.reveal(), into: existing)
      } catch {
        var error = error.at(Subject(file: path))
        error.hint = "repair the file or move it away, then fetch the context with `hearth kubeconfig`"
        throw error
      }
      guard text != existing else { return }
      if let existing { try PrivateFile.write(Array(existing.utf8), to: "\(target).hearth-backup") }
      try PrivateFile.write(Array(text.utf8), to: target)
    }
  }

  private static func read(_ path: String) throws(HearthError) -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    var text = ""
    try attempt("read", path) { text = try PlainText.read(path).text }
    return text
  }

  private static func withLock(_ path: String, _ work: () throws(HearthError) -> Void) throws(HearthError) {
    let lock = "\(path).lock"
    let descriptor = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason = errno
      throw HearthError(
        reason == EEXIST ? .locked : .local,
        reason == EEXIST
          ? "another program writes the kubeconfig" : "the lock cannot be made: \(String(cString: strerror(reason)))",
        subject: Subject(file: lock),
        hint: reason == EEXIST
          ? "wait for it; if none is running, remove the lock file" : "look at the folder's owner and mode",
        command: "ls -l \(lock.shellQuoted)")
    }
    close(descriptor)
    defer { unlink(lock) }
    try work()
  }

  private static func attempt(_ what: String, _ path: String, _ work: () throws -> Void) throws(HearthError) {
    do {
      try work()
    } catch {
      throw HearthError(
        .local, "cannot \(what): \(error.localizedDescription)", subject: Subject(file: path),
        hint: "look at its owner and mode", command: "ls -ld \(path.shellQuoted)")
    }
  }
}
