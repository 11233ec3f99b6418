package import Inventory

/// What differs between the Kubernetes generations that hearth installs. Everything that depends on the version stands
/// in this file; the templates hold what all generations share.
package struct KubernetesRelease: Sendable {
  package enum Source: Sendable {
    /// Kubernetes' own parts come from Debian's packages; only Kubernetes itself is delivered.
    case debian
    /// Everything is delivered from upstream's release files.
    case upstream
  }

  package var minor: Int
  package var source: Source
  /// Versions of the parts beside Kubernetes that go with it.
  package var containerd: VersionRange
  package var etcd: VersionRange
  package var runc: VersionRange
  package var cni: VersionRange
  /// Of containerd's configuration file: 2 up to containerd 1.7, 3 from 2.0 on.
  package var containerdConfigVersion: Int
  package var apiServerFlags: [String] = []
  package var controllerManagerFlags: [String] = []
  package var schedulerFlags: [String] = []
  package var etcdFlags: [String] = []
  /// Variables of the kubelet's environment.
  package var kubeletEnvironment: [String] = []
  /// The runtime's socket is a flag of old kubelets and a field of new ones.
  package var kubeletKnowsRuntimeByFlag = false
  /// From 1.35 on a kubelet refuses cgroup v1 unless told otherwise.
  package var kubeletRefusesCgroupV1 = false
  /// From 1.25 on a kubelet can be told not to measure its disk.
  package var kubeletCanSkipDisk = true
  /// Keys below `node-role.kubernetes.io/` that mark control-plane nodes.
  package var controlPlaneRoles = ["control-plane"]
  /// A controller manager that saw all nodes unready never evicts again until it is restarted.
  package var stallsAfterColdStart = false

  package static func of(_ version: KubernetesVersion) -> KubernetesRelease? {
    version.major == 1 ? table.first { $0.minor == version.minor } : nil
  }

  package static let table: [KubernetesRelease] = [
    KubernetesRelease(
      minor: 20, source: .debian,
      containerd: "1.4"..<"2", etcd: "3.4"..<"3.6", runc: "1.0"..<"1.4", cni: "0.8"..<"2",
      containerdConfigVersion: 2,
      apiServerFlags: ["--insecure-port=0"],
      controllerManagerFlags: ["--port=0"],
      schedulerFlags: ["--port=0"],
      // Asks a cloud for credentials at start, which takes 6 s where there is none.
      kubeletEnvironment: ["AWS_EC2_METADATA_DISABLED=true"],
      kubeletKnowsRuntimeByFlag: true,
      kubeletCanSkipDisk: false,
      controlPlaneRoles: ["control-plane", "master"],
      stallsAfterColdStart: true
    ),
    KubernetesRelease(
      minor: 34, source: .upstream,
      containerd: "1.7.24"..<"3", etcd: "3.5.21"..<"3.7", runc: "1.1.12"..<"2", cni: "1.1"..<"2",
      containerdConfigVersion: 3
    ),
    KubernetesRelease(
      minor: 35, source: .upstream,
      containerd: "1.7.24"..<"3", etcd: "3.5.24"..<"3.7", runc: "1.1.12"..<"2", cni: "1.1"..<"2",
      containerdConfigVersion: 3,
      kubeletRefusesCgroupV1: true
    ),
    KubernetesRelease(
      minor: 36, source: .upstream,
      containerd: "2.0"..<"3", etcd: "3.6"..<"3.7", runc: "1.2"..<"2", cni: "1.4"..<"2",
      containerdConfigVersion: 3,
      kubeletRefusesCgroupV1: true
    ),
  ]
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
