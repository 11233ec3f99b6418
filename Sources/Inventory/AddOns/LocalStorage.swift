import Schema

/// `cluster.addons.storage: local`: each volume is a folder on one node.
package struct LocalStorage: Sendable, Equatable {
  /// Where volumes lie on a node that has no folder of its own here; absolute.
  package var path: String
  /// Node name to folder, for nodes with another disk.
  package var paths: [String: String]

  package static let usualPath = "/var/lib/hearth/volumes"

  package init(path: String = usualPath, paths: [String: String] = [:]) {
    self.path = path
    self.paths = paths
  }

  package func path(on node: String) -> String { paths[node] ?? path }

  /// Folders of the system and of hearth's own parts: a volume below them would be lost at the next start, filled up by
  /// others, or read as a part of the system. What is mounted or made for data is none of them.
  private static let systemFolders = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/tmp",
    "/usr", "/var/backups", "/var/cache", "/var/lib/apt", "/var/lib/cni", "/var/lib/containerd", "/var/lib/dpkg",
    "/var/lib/etcd", "/var/lib/hearth", "/var/lib/kubelet", "/var/lib/systemd", "/var/log", "/var/run", "/var/spool",
    "/var/tmp",
  ]

  /// Why no volumes may lie there; nil where they may.
  ///
  /// - Parameter path: of the form of ``TextShape/volumeFolder``.
  package static func objection(to path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) { return "is not a plain path" }
    if path == usualPath || path.hasPrefix(usualPath + "/") { return nil }
    if let folder = systemFolders.first(where: { path == $0 || path.hasPrefix($0 + "/") }) {
      return "lies in \(folder), which belongs to the system"
    }
    return parts.count < 2 || path == "/var/lib" ? "is not a folder of its own" : nil
  }
}

extension TextShape {
  /// No blank, quote or sign that a shell, YAML or JSON reads as more than itself.
  static let volumeFolder = TextShape(
    expected: "an absolute path of letters, digits, `-`, `_` and `.`, at most 200 characters",
    example: LocalStorage.usualPath, pattern: #"/[A-Za-z0-9._/-]{0,199}"#)
}
