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
