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
      program, version, architecture, repository: "etcd-io/etcd", file: "\(folder).tar.gz", member: "\(folder)/\(program)")
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
