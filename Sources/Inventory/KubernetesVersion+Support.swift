extension KubernetesVersion {
  /// Installed when the inventory names no version.
  package static let current = KubernetesVersion(1, 36, 2)

  /// The minor versions of Kubernetes 1 that hearth can install: the three that upstream maintains, and 1.20, which
  /// Debian 12 carries as a source package.
  package static let supportedMinors = [20, 34, 35, 36]

  package var isSupported: Bool { major == 1 && Self.supportedMinors.contains(minor) }

  /// `1.20, 1.34, 1.35, 1.36`
  package static var supportedList: String { supportedMinors.map { "1.\($0)" }.joined(separator: ", ") }
}
