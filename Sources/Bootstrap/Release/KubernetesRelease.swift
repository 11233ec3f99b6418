package import Artifacts
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
        etcd: NodePath.etcd, containerd: NodePath.containerd, runc: NodePath.runc,
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

extension KubernetesRelease {
  /// Versions of the parts that hearth delivers beside Kubernetes, as upstream writes them; nil where Debian's packages
  /// are used.
  package struct Parts: Sendable, Equatable {
    package var etcd: String
    package var containerd: String
    package var runc: String
    package var cni: String
  }

  package var parts: Parts? {
    guard source == .upstream else { return nil }
    func version(_ part: ReleaseTable.Part) -> String { chosen.version(of: part, with: entry) ?? "" }
    return Parts(
      etcd: "v\(version(.etcd))", containerd: version(.containerd), runc: "v\(version(.runc))",
      cni: "v\(version(.cni))")
  }

  /// runwasi's last shim.
  private static let wasmtimeShim = "v0.6.1"

  /// What runs WebAssembly on hosts of one architecture, with where it belongs.
  package func webAssemblyPrograms(
    _ backend: Software.WebAssembly.Backend, _ architecture: Architecture
  ) -> [(artifact: Artifact, path: String, onlyOnControlPlane: Bool)] {
    switch backend {
    case .shim:
      [
        (
          .wasmtimeShim(version: webAssemblyVersion(backend), architecture),
          "/usr/local/bin/containerd-shim-wasmtime-v1",
          false
        )
      ]
    case .wrapper:
      [
        (
          .wasmtime(version: webAssemblyVersion(backend), architecture),
          "\(ClusterNode.engineFolder(webAssemblyVersion(backend)))/wasmtime", false
        ),
        (.wasmRunc(architecture), ClusterNode.wrapper, false),
      ]
    }
  }

  package func webAssemblyVersion(_ backend: Software.WebAssembly.Backend) -> String {
    backend == .shim ? Self.wasmtimeShim : chosen.version(of: .wasmtime, with: entry) ?? ""
  }

  /// The shim runs only where a person asks for it: hearth was never tested with it.
  package static func webAssemblyBackend(_ wish: AddOns.WebAssembly) -> Software.WebAssembly.Backend? {
    switch wish {
    case .auto, .wrapper: .wrapper
    case .shim: .shim
    case .none: nil
    }
  }

  /// Every program for one architecture: the artifact, where it belongs on a host, and who needs it.
  package func programs(
    version: KubernetesVersion, _ architecture: Architecture
  ) -> [(artifact: Artifact, path: String, onlyOnControlPlane: Bool)] {
    let onNodes = Set(programs(isControlPlane: false))
    var all: [(Artifact, String, Bool)] = programs(isControlPlane: true).map {
      (.kubernetes($0, version: version.description, architecture), "/usr/local/bin/\($0)", !onNodes.contains($0))
    }
    guard let parts else { return all }
    all += ["etcd", "etcdctl", "etcdutl"].map {
      (.etcd($0, version: parts.etcd, architecture), "/usr/local/bin/\($0)", true)
    }
    all += ["containerd", "containerd-shim-runc-v2", "ctr"].map {
      (.containerd($0, version: parts.containerd, architecture), "/usr/local/bin/\($0)", false)
    }
    all.append((.runc(version: parts.runc, architecture), paths.runc, false))
    all += ["bridge", "host-local", "loopback", "portmap"].map {
      (.cniPlugin($0, version: parts.cni, architecture), "\(paths.cni)/\($0)", false)
    }
    return all
  }
}

/// How containerd's configuration file looks for one version of containerd.
struct ContainerdConfiguration: Equatable {
  /// Of the file: 2 up to containerd 1.7, 3 from 2.0 on, 4 from 2.4 on.
  var format: Int
  /// `cni.bin_dir` is deprecated since 2.1 and gone in 2.4; `cni.bin_dirs` takes its place.
  var knowsFolders: Bool

  /// - Parameter containerd: such as `2.3.4` or Debian's `1.6.20~ds1-1`; nil where none is known yet, which happens with
  ///   Debian's packages before they are installed, and these are older than 2.
  init(containerd: String?) {
    let numbers = containerd.map { VersionRange.numbers(of: $0) } ?? []
    let (major, minor) = (numbers.first ?? 1, numbers.count > 1 ? numbers[1] : 0)
    format = major < 2 ? 2 : major == 2 && minor < 4 ? 3 : 4
    knowsFolders = major > 2 || major == 2 && minor >= 1
  }

  /// Below `templates/`: the plugins have other names from containerd 2.0 on.
  var template: String { format == 2 ? "containerd/config-v2.toml" : "containerd/config-v3.toml" }
}

extension KubernetesRelease {
  /// Namespaces have a Pod Security Standard by themselves: stable from 1.25 on.
  package var knowsPodSecurity: Bool { minor >= 25 }
  /// The kubelet confines containers that name no seccomp profile: stable from 1.27 on.
  package var knowsSeccompDefault: Bool { minor >= 27 }
  /// Services with external addresses can be refused by a plugin, from 1.21 on.
  package var canDenyExternalIPs: Bool { minor >= 21 }
  /// The API server itself evaluates admission rules: stable from 1.30 on.
  package var knowsAdmissionPolicies: Bool { minor >= 30 }

  /// Admission plugins besides those that are on by default.
  package var admissionPlugins: [String] {
    ["NodeRestriction", "EventRateLimit"] + (canDenyExternalIPs ? ["DenyServiceExternalIPs"] : [])
  }
}

extension ClusterNode {
  /// For TLS 1.2 only those that authenticate what they encrypt, with the keys on P-256 that all of a rack's certificates
  /// have. TLS 1.3 has no others. The names are those that every release since 1.20 knows.
  static let ciphers = etcdCiphers + ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"]
  /// etcd changed its name for the third.
  static let etcdCiphers = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  ]
}
