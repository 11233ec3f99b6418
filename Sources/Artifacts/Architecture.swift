/// A host's processor architecture, by the name that Kubernetes and Debian share.
package enum Architecture: String, Sendable, Hashable, CaseIterable, Codable {
  case amd64
  case arm64
}
