package import Inventory

/// How hearth installs one Kubernetes release: the release table's entry, the versions that the inventory chose, and
/// everything in which the generations differ. The differences stand in this file; the templates hold what all share.
package struct KubernetesRelease: Sendable {
  package typealias Source = ReleaseTable.Source

  /// What the release table says of it.
  package var entry: ReleaseTable.Release
  /// What the inventory names in place of the usual versions.
  package var chosen: PartVersions

  package var minor: Int { entry.minor }
  package var source: Source { entry.source }

  package var apiServerFlags: [String] = []
  package var controllerManagerFlags: [String] = []
  package var schedulerFlags: [String] = []
  package var etcdFlags: [String] = []
  /// Variables of the kubelet's environment.
  package var kubeletEnvironment: [String] = []
  /// The runtime's socket is a flag of old kubelets and a field of new ones.
  package var kubeletKnowsRuntimeByFlag = false
  /// From 1.35 on a kubelet refuses cgroup v1 unless told otherwise; the code for it goes with 1.38 at the earliest.
  package var kubeletRefusesCgroupV1 = false
  /// From 1.37 on 0 means as many events as there are; before, and where it is not set, 50 a second are let through.
  package var kubeletEventRate: Int?
  /// Keys below `node-role.kubernetes.io/` that mark control-plane nodes.
  package var controlPlaneRoles = ["control-plane"]
  /// A controller manager that saw all nodes unready never evicts again until it is restarted.
  package var stallsAfterColdStart = false

  private init(_ entry: ReleaseTable.Release, _ chosen: PartVersions) {
    self.entry = entry
    self.chosen = chosen
  }

  /// - Parameter chosen: the inventory's `cluster.versions`.
  package static func of(_ version: KubernetesVersion, versions chosen: PartVersions = .init()) -> KubernetesRelease? {
    guard let entry = ReleaseTable.embedded.release(of: version) else { return nil }
    var release = KubernetesRelease(entry, chosen)
    if entry.minor < 24 { release.becomeOld() }
    release.kubeletRefusesCgroupV1 = entry.minor >= 35
    if entry.minor >= 37 { release.kubeletEventRate = 50 }
    return release
  }

  package static func of(_ cluster: Cluster) -> KubernetesRelease? {
    of(cluster.kubernetes, versions: cluster.versions)
  }

  package static var table: [KubernetesRelease] {
    ReleaseTable.embedded.releases.compactMap { of(KubernetesVersion(1, $0.minor, 0)) }
  }

  /// v1.20.
  private mutating func becomeOld() {
    apiServerFlags = ["--insecure-port=0"]
    controllerManagerFlags = ["--port=0"]
    schedulerFlags = ["--port=0"]
    // Asks a cloud for credentials at start, which takes 6 s where there is none.
    kubeletEnvironment = ["AWS_EC2_METADATA_DISABLED=true"]
    kubeletKnowsRuntimeByFlag = true
    controlPlaneRoles = ["control-plane", "master"]
    stallsAfterColdStart = true
  }

  /// Versions of a part that go with it; the release table names every part for every release.
  package func range(of part: ReleaseTable.Part) -> VersionRange { entry.parts[part]?.range ?? "0"..<"0" }

  package var containerd: VersionRange { range(of: .containerd) }
  package var etcd: VersionRange { range(of: .etcd) }
  package var runc: VersionRange { range(of: .runc) }
  package var cni: VersionRange { range(of: .cni) }
}

extension KubernetesRelease {
  /// Packages that the host needs and hearth does not deliver.
  package var debianPackages: [String] { ["conntrack", "curl", "haproxy", "iptables", "openssl"] }

  /// Held back: another version would change the cluster behind hearth's back.
  package func heldPackages(isControlPlane: Bool) -> [String] {
    guard source == .debian else { return [] }
    return ["containerd", "containernetworking-plugins", "runc"]
      + (isControlPlane ? ["etcd-client", "etcd-server"] : [])
  }

  /// A file that dpkg writes whenever it installs the package. The program itself carries the date of its building, so
  /// that nobody could see by it that a running one is older. Nil where hearth delivers the program.
  func installMark(of package: String) -> String? {
    source == .debian ? "/var/lib/dpkg/info/\(package).list" : nil
  }

  /// Programs of Kubernetes itself, delivered to `/usr/local/bin`.
  package func programs(isControlPlane: Bool) -> [String] {
    ["kubelet", "kube-proxy"]
      + (isControlPlane ? ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"] : [])
  }

  /// Where the parts beside Kubernetes lie on a host.
  package var paths: Paths {
    switch source {
    case .debian:
      Paths(
        etcd: "/usr/bin/etcd", containerd: "/usr/bin/containerd", runc: "/usr/sbin/runc", cni: "/usr/lib/cni",
        snapshotTool: "/usr/bin/etcdctl")
    case .upstream:
      Paths(
        etcd: "/usr/local/bin/etcd", containerd: "/usr/local/bin/containerd", runc: "/usr/local/sbin/runc",
        cni: "/opt/cni/bin", snapshotTool: "/usr/local/bin/etcdutl")
    }
  }

  package struct Paths: Sendable {
    package var etcd: String
    package var containerd: String
    package var runc: String
    /// A folder.
    package var cni: String
    package var etcdctl: String { etcd + "ctl" }
    /// What restores snapshots and reads them without a server: from etcd 3.6 on a program of its own.
    package var snapshotTool: String
  }
}
