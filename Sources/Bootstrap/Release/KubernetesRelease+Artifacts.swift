package import Artifacts
package import Inventory

extension KubernetesRelease {
  /// Versions of the parts that hearth delivers beside Kubernetes; nil where Debian's packages are used. Checksums of
  /// exactly these stand in `templates/artifacts.lock.yaml`.
  package struct Parts: Sendable, Equatable {
    package var etcd = "v3.6.14"
    package var containerd = "2.3.4"
    package var runc = "v1.4.3"
    package var cni = "v1.9.1"
    package init() {}
  }

  package var parts: Parts? { source == .upstream ? Parts() : nil }

  /// Every program for one architecture: the artifact, where it belongs on a host, and who needs it.
  package func programs(
    version: KubernetesVersion, _ architecture: Architecture
  ) -> [(artifact: Artifact, path: String, onlyOnControlPlane: Bool)] {
    let onNodes = Set(programs(isControlPlane: false))
    var all: [(Artifact, String, Bool)] = programs(isControlPlane: true).map {
      (.kubernetes($0, version: version.description, architecture), "/usr/local/bin/\($0)", !onNodes.contains($0))
    }
    guard let parts else { return all }
    all += ["etcd", "etcdctl"].map {
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
