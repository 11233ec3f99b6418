import Artifacts
import Diagnostics
import Inventory

/// The Kubernetes version of a new inventory.
enum KubernetesChoice {
  /// - Throws: `usage` for what is not a version, with those of the minor version that was perhaps meant.
  static func version(_ text: String) throws(HearthError) -> KubernetesVersion {
    if let version = KubernetesVersion(text) { return version }
    let minor = (text.hasPrefix("v") ? text : "v" + text) + "."
    let meant = try known().filter { $0.description.hasPrefix(minor) }
    throw HearthError(
      .usage, "`\(text)` is not a Kubernetes version",
      hint: meant.isEmpty
        ? "write it as in \(KubernetesVersion.current); `hearth version` lists those whose checksums are known"
        : "name one of \(meant.map(\.description).joined(separator: ", "))")
  }

  /// What `hearth up` would refuse, and what to do before it.
  static func warning(_ version: KubernetesVersion) throws(HearthError) -> String? {
    let known = try known()
    guard !known.contains(version) else { return nil }
    let near = known.filter { $0.major == version.major && $0.minor == version.minor }.map(\.description)
    return "warning: no checksum of Kubernetes \(version) is part of hearth"
      + (near.isEmpty ? "" : " (of \(near.joined(separator: ", ")) they are)")
      + ": `hearth artifacts lock \(version)` looks them up before `hearth up`"
  }

  private static func known() throws(HearthError) -> [KubernetesVersion] {
    try ArtifactLock.embedded().versions(of: "kubelet")
  }
}
