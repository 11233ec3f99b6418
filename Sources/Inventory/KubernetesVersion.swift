/// A Kubernetes release, such as `v1.36.2`.
package struct KubernetesVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var major: Int
  package var minor: Int
  package var patch: Int

  package init(_ major: Int, _ minor: Int, _ patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// `v1.36.2` or `1.36.2`.
  package init?(_ text: String) {
    let parts = (text.hasPrefix("v") ? String(text.dropFirst()) : text)
      .split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2],
      min(major, minor, patch) >= 0
    else { return nil }
    self.init(major, minor, patch)
  }

  package var description: String { "v\(major).\(minor).\(patch)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}

extension KubernetesVersion {
  /// Installed when the inventory names no version.
  package static var current: KubernetesVersion { ReleaseTable.embedded.current }

  /// The minor versions of Kubernetes 1 that hearth knows: those that upstream maintains, the one before, for racks that
  /// leave it, and 1.20, which Debian 12 carries as a source package.
  package static var supportedMinors: [Int] { ReleaseTable.embedded.releases.map(\.minor) }

  package var isSupported: Bool { ReleaseTable.embedded.release(of: self) != nil }

  /// `1.20, 1.35, 1.36`: what new racks can be made with.
  package static var supportedList: String {
    ReleaseTable.embedded.releases.filter(\.takesNewRacks).map { "1.\($0.minor)" }.joined(separator: ", ")
  }
}
