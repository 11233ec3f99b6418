/// Artifacts: what is downloaded or pulled, by name, version and architecture; verified, cached, ready for delivery.
/// One file that a host needs: a program, or the archive of a container image.
package struct Artifact: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// A program; the first carrier that the lock file knows is taken.
    case program([UpstreamFile])
    case image(LockedImage)
  }

  /// The program's name on the host, such as `kubelet`; of an image its short name, such as `pause`.
  package let name: String
  /// As upstream writes it, such as `v1.36.2`; of an image its whole reference.
  package let version: String
  package let architecture: Architecture
  package let content: Content

  package init(_ name: String, version: String, architecture: Architecture, carriers: [UpstreamFile]) {
    self.name = name
    self.version = version
    self.architecture = architecture
    content = .program(carriers)
  }

  /// An image that a lock file names.
  package init(image: LockedImage) {
    name = image.name
    version = image.reference
    architecture = image.architecture
    content = .image(image)
  }

  /// Must be pulled; is not a file of the source.
  var isInRegistry: Bool {
    if case .image(let image) = content, case .registry = image.place { true } else { false }
  }

  /// Name and architecture, as in `kubelet-arm64`; images as in `image-pause-arm64`.
  package var key: String {
    if case .image = content { return "image-\(name)-\(architecture.rawValue)" }
    return "\(name)-\(architecture.rawValue)"
  }
}

/// A file that upstream offers, and where in it a program lies.
package struct UpstreamFile: Sendable, Hashable {
  /// Upstream's server, without a slash at the end, such as `https://dl.k8s.io`; empty for what upstream does not have.
  package let origin: String
  /// Path on that server, without a slash at the start; mirrors and folders keep it.
  package let path: String
  /// Path of the program inside the archive; nil when the file is the program.
  package let member: String?

  package init(origin: String, path: String, member: String? = nil) {
    self.origin = origin
    self.path = path
    self.member = member
  }
}

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
        UpstreamFile(origin: kubernetesOrigin, path: "release/\(version)/bin/linux/\(arch)/\(program)"),
        UpstreamFile(
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
        UpstreamFile(
          origin: "https://github.com",
          path: "bytecodealliance/wasmtime/releases/download/v\(version)/\(folder).tar.xz",
          member: "\(folder)/wasmtime"),
        UpstreamFile(origin: "", path: "wasmtime/\(version)/linux/\(architecture.rawValue)/wasmtime"),
      ])
  }

  /// hearth's own runtime wrapper, built by `scripts/build-wasm`.
  package static func wasmRunc(_ architecture: Architecture) -> Artifact {
    Artifact(
      "wasm-runc", version: "own", architecture: architecture,
      carriers: [UpstreamFile(origin: "", path: "wasm-runc/linux/\(architecture.rawValue)/wasm-runc")])
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
      carriers: [UpstreamFile(origin: "https://github.com", path: path, member: member)])
  }
}

/// Where files come from. All sources keep upstream's own paths, so a mirror or a folder is a plain copy.
package enum ArtifactSource: Sendable, Hashable {
  /// Each project's own server.
  case upstream
  /// A server with the same paths below one URL.
  case mirror(String)
  /// A folder on this machine with the same paths below it, and a lock file of its own where it holds files that
  /// hearth's own lock file does not know.
  case folder(String)

  enum Location: Hashable {
    case url(String)
    case file(String)
    /// Only folders and mirrors hold such files.
    case nowhere
  }

  func location(of carrier: UpstreamFile) -> Location {
    switch self {
    case .upstream: carrier.origin.isEmpty ? .nowhere : .url("\(carrier.origin)/\(carrier.path)")
    case .mirror(let base): .url("\(base.trimmingSlash)/\(carrier.path)")
    case .folder(let folder): .file("\(folder.trimmingSlash)/\(carrier.path)")
    }
  }
}

extension String {
  var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
