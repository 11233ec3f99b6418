package import Diagnostics
import Foundation
import PKI
import Untrusted
import Yams

/// Adds a cluster to a kubeconfig and leaves everything else in it as it is: other clusters, users, contexts,
/// preferences, keys that hearth does not know, and their order.
package enum KubeconfigMerge {
  /// - Parameters:
  ///   - addition: a kubeconfig; each of its clusters, users and contexts replaces that of the same name or is added.
  ///   - existing: the user's file; nil or empty means that there is none.
  /// - Returns: the new text, with the addition's context as the current one.
  /// - Throws: ``HearthError`` `local` when the user's file is not a kubeconfig; it is then better left alone.
  static func merged(_ addition: String, into existing: String?) throws(HearthError) -> String {
    guard let existing, let own = try parse(existing, whose: "the kubeconfig"), !own.isEmpty else { return addition }
    guard let new = try parse(addition, whose: "hearth's own kubeconfig") else { return existing }
    var result = own
    for list in ["clusters", "users", "contexts"] {
      result[key(list)] = try merge(new[key(list)], into: own[key(list)], list)
    }
    for name in ["apiVersion", "kind"] where result[key(name)] == nil { result[key(name)] = new[key(name)] }
    result[key("current-context")] = new[key("current-context")]
    do {
      return try Yams.serialize(node: .mapping(result), width: -1, allowUnicode: true)
    } catch {
      throw HearthError(.internalError, "the merged kubeconfig cannot be written: \(error)")
    }
  }

  private static func parse(_ text: String, whose: String) throws(HearthError) -> Node.Mapping? {
    let node: Node?
    do {
      node = try YAMLBudget.compose(text, file: whose, code: .local)
    } catch {
      // The parser's own message quotes the text, which holds secrets.
      throw HearthError(.local, "\(whose) is not valid YAML")
    }
    guard let node, node.null == nil else { return nil }
    guard let mapping = node.mapping else { throw HearthError(.local, "\(whose) is not a mapping") }
    return mapping
  }

  private static func merge(_ new: Node?, into own: Node?, _ list: String) throws(HearthError) -> Node {
    guard own == nil || own?.null != nil || own?.sequence != nil else {
      throw HearthError(.local, "`\(list)` of the kubeconfig is not a list")
    }
    var items = own?.sequence.map(Array.init) ?? []
    for item in new?.sequence.map(Array.init) ?? [] {
      if let index = items.firstIndex(where: { $0["name"]?.string == item["name"]?.string }) {
        items[index] = item
      } else {
        items.append(item)
      }
    }
    return .sequence(Node.Sequence(items))
  }

  private static func key(_ name: String) -> Node { Node(name) }
}

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
