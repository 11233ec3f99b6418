/// Upstream's own names and URL layouts, one function per project.
extension Artifact {
  /// A program of a Kubernetes release (`kube-apiserver`, `kubelet`, …): the single file, or from the server archive.
  ///
  /// - Parameter version: as in `v1.36.2`.
  package static func kubernetes(_ program: String, version: String, _ architecture: Architecture) -> Artifact {
    let arch = architecture.rawValue
    return Artifact(
      program, version: version, architecture: architecture,
      carriers: [
        Carrier(origin: kubernetesOrigin, path: "release/\(version)/bin/linux/\(arch)/\(program)"),
        Carrier(
          origin: kubernetesOrigin, path: "release/\(version)/kubernetes-server-linux-\(arch).tar.gz",
          member: "kubernetes/server/bin/\(program)"),
      ])
  }

  /// `etcd`, `etcdctl` or `etcdutl`; version as in `v3.6.6`.
  package static func etcd(_ program: String, version: String, _ architecture: Architecture) -> Artifact {
    let folder = "etcd-\(version)-linux-\(architecture.rawValue)"
    return gitHub(
      program, version, architecture, repository: "etcd-io/etcd", file: "\(folder).tar.gz",
      member: "\(folder)/\(program)")
  }

  /// `containerd`, `containerd-shim-runc-v2` or `ctr`; version as in `2.2.1`.
  package static func containerd(_ program: String, version: String, _ architecture: Architecture) -> Artifact {
    gitHub(
      program, version, architecture, repository: "containerd/containerd", tag: "v\(version)",
      file: "containerd-\(version)-linux-\(architecture.rawValue).tar.gz", member: "bin/\(program)")
  }

  /// runc; version as in `v1.4.0`.
  package static func runc(version: String, _ architecture: Architecture) -> Artifact {
    gitHub(
      "runc", version, architecture, repository: "opencontainers/runc", file: "runc.\(architecture.rawValue)")
  }

  /// A CNI plugin (`bridge`, `host-local`, `loopback`, `portmap`, …); version as in `v1.9.0`.
  package static func cniPlugin(_ program: String, version: String, _ architecture: Architecture) -> Artifact {
    gitHub(
      program, version, architecture, repository: "containernetworking/plugins",
      file: "cni-plugins-linux-\(architecture.rawValue)-\(version).tgz", member: program)
  }

  /// crictl; version as in `v1.35.0`.
  package static func crictl(version: String, _ architecture: Architecture) -> Artifact {
    gitHub(
      "crictl", version, architecture, repository: "kubernetes-sigs/cri-tools",
      file: "crictl-\(version)-linux-\(architecture.rawValue).tar.gz", member: "crictl")
  }

  /// wasmtime, the WebAssembly engine: upstream's release, or what `scripts/build-wasm` put into a folder; version as in
  /// `49.0.1`.
  package static func wasmtime(version: String, _ architecture: Architecture) -> Artifact {
    let folder = "wasmtime-v\(version)-\(architecture.machine)-linux"
    return Artifact(
      "wasmtime", version: version, architecture: architecture,
      carriers: [
        Carrier(
          origin: "https://github.com",
          path: "bytecodealliance/wasmtime/releases/download/v\(version)/\(folder).tar.xz",
          member: "\(folder)/wasmtime"),
        Carrier(origin: "", path: "wasmtime/\(version)/linux/\(architecture.rawValue)/wasmtime"),
      ])
  }

  /// hearth's own runtime wrapper, built by `scripts/build-wasm`.
  package static func wasmRunc(_ architecture: Architecture) -> Artifact {
    Artifact(
      "wasm-runc", version: "own", architecture: architecture,
      carriers: [Carrier(origin: "", path: "wasm-runc/linux/\(architecture.rawValue)/wasm-runc")])
  }

  /// runwasi's containerd shim; version as in `v0.6.1`.
  package static func wasmtimeShim(version: String, _ architecture: Architecture) -> Artifact {
    gitHub(
      "containerd-shim-wasmtime-v1", version, architecture, repository: "containerd/runwasi",
      tag: "containerd-shim-wasmtime/\(version)",
      file: "containerd-shim-wasmtime-\(architecture.machine)-linux-musl.tar.gz", member: "containerd-shim-wasmtime-v1")
  }

  private static let kubernetesOrigin = "https://dl.k8s.io"

  private static func gitHub(
    _ program: String, _ version: String, _ architecture: Architecture, repository: String, tag: String? = nil,
    file: String, member: String? = nil
  ) -> Artifact {
    let path = "\(repository)/releases/download/\(tag ?? version)/\(file)"
    return Artifact(
      program, version: version, architecture: architecture,
      carriers: [Carrier(origin: "https://github.com", path: path, member: member)])
  }
}
