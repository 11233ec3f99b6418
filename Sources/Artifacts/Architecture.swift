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

extension Architecture {
  /// Of the machine that hearth itself runs on; nil where Kubernetes has no programs for it.
  package static var ofThisMachine: Architecture? {
    #if arch(x86_64)
      .amd64
    #elseif arch(arm64)
      .arm64
    #else
      nil
    #endif
  }
}
