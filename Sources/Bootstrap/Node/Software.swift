package import Artifacts

/// The files that the cluster is made of, for one architecture, on the operator's machine.
package struct Software: Sendable {
  /// A container image that is brought to the nodes as an archive.
  package struct Image: Sendable, Equatable {
    /// What pods call it, such as `registry.k8s.io/pause:3.10`.
    package var reference: String
    package var archive: LocalFile
    /// Absolute path in the image of the WebAssembly that it runs.
    package var module: String?
    package init(reference: String, archive: LocalFile, module: String? = nil) {
      self.reference = reference
      self.archive = archive
      self.module = module
    }
  }

  /// A program or archive member and where it belongs on a host.
  package struct Program: Sendable, Equatable {
    /// Absolute.
    package var path: String
    package var file: LocalFile
    /// False for what every node needs.
    package var onlyOnControlPlane: Bool
    package init(path: String, file: LocalFile, onlyOnControlPlane: Bool) {
      self.path = path
      self.file = file
      self.onlyOnControlPlane = onlyOnControlPlane
    }
  }

  /// What runs WebAssembly, and the images that prove it.
  package struct WebAssembly: Sendable, Equatable {
    package enum Backend: String, Sendable {
      /// runwasi's containerd shim.
      case shim
      /// hearth's runtime wrapper.
      case wrapper
    }
    package var backend: Backend
    /// Of the engine, or of the shim that holds it.
    package var version: String
    /// A WASI 0.1 module, a WASI 0.2 component, a WASI 0.3 component, an HTTP service.
    package var module: Image
    package var component: Image
    package var wasi3: Image
    package var web: Image
    package init(backend: Backend, version: String, module: Image, component: Image, wasi3: Image, web: Image) {
      self.backend = backend
      self.version = version
      self.module = module
      self.component = component
      self.wasi3 = wasi3
      self.web = web
    }
  }

  package var programs: [Program]
  /// The container that holds a pod's namespaces.
  package var pause: Image
  /// The cluster's DNS server; nil where the inventory says `dns: none`.
  package var dns: Image?
  /// What the smoke test's pods run.
  package var smoke: Image?
  /// nil where the inventory says `wasm: none`.
  package var webAssembly: WebAssembly?
  /// Of the catalogue's add-ons that the inventory chooses, by the name in a lock file.
  package var addOns: [String: Image]
  /// The owner's add-ons that are Kustomize trees, by name.
  package var rendered: [String: AddOnManifests] = [:]

  package init(
    programs: [Program], pause: Image, dns: Image?, smoke: Image? = nil, webAssembly: WebAssembly? = nil,
    addOns: [String: Image] = [:]
  ) {
    self.programs = programs
    self.pause = pause
    self.dns = dns
    self.smoke = smoke
    self.webAssembly = webAssembly
    self.addOns = addOns
  }

  var images: [Image] {
    [pause]
      + [dns, smoke, webAssembly?.module, webAssembly?.component, webAssembly?.wasi3, webAssembly?.web].compactMap {
        $0
      } + addOns.sorted { $0.key < $1.key }.map(\.value)
  }
}
