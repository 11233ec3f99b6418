package import Artifacts
package import Inventory

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
