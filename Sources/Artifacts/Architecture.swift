/// A host's processor architecture, by the name that Kubernetes and Debian share.
package enum Architecture: String, Sendable, Hashable, CaseIterable, Codable {
  case amd64
  case arm64

  /// As `uname -m` says it.
  package var machine: String {
    switch self {
    case .amd64: "x86_64"
    case .arm64: "aarch64"
    }
  }
}
