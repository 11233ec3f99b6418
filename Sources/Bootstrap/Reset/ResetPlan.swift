package import Provision

/// What goes from a host, by its own manifest: exactly what hearth put there. Pure.
package struct ResetPlan: Sendable, Equatable {
  package struct File: Sendable, Equatable {
    package var path: String
    /// Of what hearth wrote; nil where that is not known.
    package var sha256: String?
    package init(path: String, sha256: String? = nil) {
      self.path = path
      self.sha256 = sha256
    }
  }

  /// Units whose files hearth wrote; they end. What was started last goes first.
  package var units: [String] = []
  /// Units of the system that read files of hearth's; they restart without them.
  package var restarts: [String] = []
  package var masked: [String] = []
  package var packages: [String] = []
  package var users: [String] = []
  package var files: [File] = []
  /// Removed where they are empty in the end, the deepest first.
  package var directories: [String] = []

  package init(_ manifest: Manifest) {
    func names(_ kind: Manifest.Entry.Kind) -> [String] { manifest.entries.filter { $0.kind == kind }.map(\.name) }
    let folder = "/etc/systemd/system/"
    let paths = Set(names(.file))
    units = names(.unit).filter { paths.contains(folder + $0) }.reversed()
    packages = names(.package)
    users = names(.user)
    masked = names(.masked)
    restarts = names(.unit).filter { unit in
      // A service of a package that goes as well has nothing to restart.
      !paths.contains(folder + unit) && !packages.contains { unit.hasPrefix($0) }
    }
    files = manifest.entries.filter { $0.kind == .file && !Self.kept.contains($0.name) }
      .map { File(path: $0.name, sha256: $0.sha256) }
    directories = names(.directory).sorted {
      ($0.count(where: { $0 == "/" }), $0) > ($1.count(where: { $0 == "/" }), $1)
    }
  }

  package var isEmpty: Bool { self == ResetPlan(Manifest("")) }

  /// The name that a host goes by stays: somebody may know it by no other.
  private static let kept: Set<String> = ["/etc/hostname", "/etc/cloud/cloud.cfg.d/99-hearth.cfg"]
}
