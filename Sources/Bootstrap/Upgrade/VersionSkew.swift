package import Diagnostics
package import Inventory

/// Which versions may meet while a cluster goes from one to another. Pure; by Kubernetes' version skew policy.
package struct VersionSkew: Sendable, Equatable {
  /// By node name, of API servers that live.
  package var servers: [String: KubernetesVersion]
  /// By node name, as the API server knows them.
  package var kubelets: [String: KubernetesVersion]

  package init(servers: [String: KubernetesVersion], kubelets: [String: KubernetesVersion]) {
    self.servers = servers
    self.kubelets = kubelets
  }

  /// What every rule is measured against.
  package var oldestServer: KubernetesVersion? { servers.values.min() }

  /// Minor versions that a kubelet may be older than the API server.
  static func kubeletLag(_ server: KubernetesVersion) -> Int { server.minor >= 28 ? 3 : 2 }

  /// Every reason why the cluster may not go to `target` from here; empty means that it may.
  package func objections(to target: KubernetesVersion) -> [HearthError] {
    guard let oldest = oldestServer, let newest = servers.values.max() else {
      return [
        HearthError(.cluster, "no API server answers, so no version can be checked", hint: "see `hearth status`")
      ]
    }
    var errors: [HearthError] = []
    if target.major != oldest.major || target.minor > oldest.minor + 1 {
      errors.append(
        HearthError(
          .refused, "\(oldest) cannot go to \(target) at once: the control plane takes one minor version at a time",
          hint: "go to v\(oldest.major).\(oldest.minor + 1) first"))
    }
    if target.minor < newest.minor {
      errors.append(
        HearthError(
          .refused, "\(target) is older than the API server's \(newest): a minor version back is not possible",
          hint: "restore a backup that was taken before the upgrade"))
    }
    for (node, kubelet) in kubelets.sorted(by: { $0.key < $1.key }) {
      if kubelet.minor > target.minor {
        errors.append(
          HearthError(
            .refused, "the kubelet of \(node) is \(kubelet), newer than \(target)", subject: Subject(host: node),
            hint: "a kubelet may never be newer than the oldest API server"))
      } else if target.minor - kubelet.minor > Self.kubeletLag(target) {
        errors.append(
          HearthError(
            .refused, "the kubelet of \(node) is \(kubelet), too old for API servers of \(target)",
            subject: Subject(host: node), hint: "upgrade that node to \(oldest) first"))
      }
    }
    return errors
  }
}
