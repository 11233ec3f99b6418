import Inventory
import Provision

extension HostView {
  func software() -> [CheckFinding] { others() + networkPlugins() + etcdData() + containerd() + apt() }

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

  /// What another cluster's network left: containerd takes the first file of the folder, and a bridge named as hearth's
  /// keeps its address.
  private func networkPlugins() -> [CheckFinding] {
    var found: [CheckFinding] = []
    let ours = "10-hearth.conflist"
    // Those that come later in the order of names do no harm: Podman brings one.
    let files = facts.networkPluginFiles.filter { path in
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      return Array(name.utf8).lexicographicallyPrecedes(Array(ours.utf8))
        && [".conflist", ".conf", ".json"].contains { name.hasSuffix($0) }
    }
    if !files.isEmpty { found.append(finding(.foundNetworkPlugin, files.joined(separator: ", "))) }
    let foreign = facts.interfaces.filter { interface in
      let known = [
        "flannel", "cilium_", "weave", "cali", "vxlan.calico", "kube-bridge", "kube-ipvs", "antrea-gw", "cbr0",
      ]
      if known.contains(where: { interface.name.hasPrefix($0) }) { return !isOurs }
      return interface.name == "cni0"
        && (!isOurs || interface.addresses.contains { !rack.cluster.networks.pods.contains($0.address) })
    }
    if !foreign.isEmpty {
      let list = foreign.prefix(5).map { interface in
        ([interface.name] + interface.addresses.map { "\($0.address)/\($0.prefix)" }).joined(separator: " ")
      }
      let names = foreign.prefix(5).map { "`ip link delete \($0.name)`" }.joined(separator: ", ")
      found.append(
        finding(
          .foundPodNetwork, list.joined(separator: ", "),
          remedy: "Remove what made it (another cluster's network plugin), then \(names), or reboot."))
    }
    return found
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
