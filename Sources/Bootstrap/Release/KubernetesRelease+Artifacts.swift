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
    package var wasmtime = "49.0.1"
    package var wasmtimeShim = "v0.6.1"
    package init() {}
  }

  package var parts: Parts? { source == .upstream ? Parts() : nil }

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

  /// Debian's racks take the engine that `scripts/build-wasm` finds on PyPI.
  package func webAssemblyVersion(_ backend: Software.WebAssembly.Backend) -> String {
    backend == .shim ? (parts ?? Parts()).wasmtimeShim : parts?.wasmtime ?? "49.0.3"
  }

  /// In the order in which they are taken where their programs are at hand. The shim has a part in it only where a person
  /// wants it or nothing else can be had: hearth could never try it.
  package static func webAssemblyBackends(_ wish: AddOns.WebAssembly) -> [Software.WebAssembly.Backend] {
    switch wish {
    case .auto: [.wrapper, .shim]
    case .shim: [.shim]
    case .wrapper: [.wrapper]
    case .none: []
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
