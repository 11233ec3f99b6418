package import Diagnostics
import Foundation
import PKI
import Yams

/// Puts a rack's cluster, user and context into a person's kubeconfig. Entries of other names stay as they are, in
/// their order; the current context changes only where there is none.
package enum KubeconfigMerge {
  /// The first file of `$KUBECONFIG`, or `~/.kube/config`.
  package static func userFile(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    if let first = environment["KUBECONFIG"]?.split(separator: ":").first { return String(first) }
    return "\(environment["HOME"] ?? NSHomeDirectory())/.kube/config"
  }

  /// Merges into the file, whole or not at all, mode 0600; what was there before is kept beside it as `.hearth-backup`.
  ///
  /// - Throws: ``HearthError`` with code `local` when the file is no kubeconfig or cannot be written.
  package static func merge(_ own: Secret<String>, into path: String) throws(HearthError) {
    let old = try? String(contentsOfFile: path, encoding: .utf8)
    if old == nil, FileManager.default.fileExists(atPath: path) {
      throw HearthError(
        .local, "the kubeconfig cannot be read", subject: Subject(file: path), hint: "check who owns it: ls -l \(path)")
    }
    let new: String
    do {
      new = try merged(own.reveal(), into: old)
    } catch {
      throw HearthError(
        .local, "the kubeconfig is not one that hearth understands, so it was left as it is",
        subject: Subject(file: path),
        hint: "repair it, or name another one: KUBECONFIG=FILE hearth kubeconfig", cause: "\(error)")
    }
    guard new != old else { return }
    try Folders.create((path as NSString).deletingLastPathComponent)
    // A link is followed, so that the file it points to changes and not the link.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    if let old, !old.isEmpty { try PrivateFile.write(Array(old.utf8), to: target + ".hearth-backup") }
    try PrivateFile.write(Array(new.utf8), to: target)
  }

  /// The text of `base` with the entries of `own` added, or put in the place of those with the same names.
  static func merged(_ own: String, into base: String?) throws -> String {
    guard let base, var document = try Yams.compose(yaml: base), !document.isNull else { return own }
    guard let addition = try Yams.compose(yaml: own), document.mapping != nil else { throw NotAKubeconfig() }
    for key in ["clusters", "contexts", "users"] {
      var entries = Array(document[key]?.sequence ?? [])
      for entry in addition[key]?.sequence ?? [] {
        if let index = entries.firstIndex(where: { $0["name"]?.string == entry["name"]?.string }) {
          entries[index] = entry
        } else {
          entries.append(entry)
        }
      }
      document[key] = Node(entries)
    }
    if document["current-context"]?.string?.isEmpty ?? true {
      document["current-context"] = addition["current-context"]
    }
    return try Yams.serialize(node: document)
  }

  private struct NotAKubeconfig: Error, CustomStringConvertible {
    var description: String { "the document is not a mapping" }
  }
}

extension Node {
  fileprivate var isNull: Bool { scalar.map { $0.string.isEmpty || $0.string == "null" || $0.string == "~" } ?? false }
}
