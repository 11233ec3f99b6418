import Inventory

extension HostView {
  func software() -> [CheckFinding] { others() + etcdData() + containerd() + apt() }

  private func others() -> [CheckFinding] {
    Installation.allCases.filter(facts.installations.contains).compactMap { installation in
      let packages = installation.packages.compactMap { name in facts.packages[name].map { "\(name) \($0)" } }
      let paths = installation.evidence.filter(facts.existingPaths.contains)
      // hearth's own Kubernetes leaves the same traces as others.
      if installation == .kubeadm, isOurs, packages.isEmpty { return nil }
      let seen = packages + paths
      return finding(
        rule(for: installation), seen.isEmpty ? installation.rawValue : seen.joined(separator: ", "))
    }
  }

  private func rule(for installation: Installation) -> CheckRule {
    switch installation {
    case .k3s: .foundK3s
    case .rke2: .foundRKE2
    case .microk8s: .foundMicroK8s
    case .k0s: .foundK0s
    case .kubeadm: .foundKubeadm
    case .docker: .foundDocker
    case .containerdIO: .foundContainerdIO
    case .podman: .foundPodman
    }
  }

  private func etcdData() -> [CheckFinding] {
    guard isControlPlane, !isOurs, facts.existingPaths.contains("/var/lib/etcd/member") else { return [] }
    return [finding(.foundEtcdData, "/var/lib/etcd/member exists and hearth did not make it")]
  }

  /// Old releases run on Debian's containerd; new ones bring their own and leave that aside.
  private func containerd() -> [CheckFinding] {
    guard let version = facts.packages["containerd"], let major = Int(version.prefix { $0.isNumber }), major >= 2,
      rack.cluster.kubernetes < KubernetesVersion(1, 26, 0)
    else { return [] }
    return [finding(.containerdTooNew, "containerd \(version) with Kubernetes \(rack.cluster.kubernetes)")]
  }

  private func apt() -> [CheckFinding] {
    guard ["debian", "raspbian"].contains(facts.osID) else { return [] }
    if facts.aptSchemes.isEmpty { return [finding(.noAptSource, "no active source")] }
    if facts.aptSchemes == ["cdrom"] { return [finding(.noAptSource, "only a CD-ROM")] }
    return []
  }
}
