package import Artifacts
package import Diagnostics
import HTTP
package import Inventory
package import SSH
import Templates

/// The rack's software on the operator's machine: chosen by the inventory, verified by the lock files, fetched once.
package struct SoftwareLibrary: Sendable {
  private let rack: Rack
  private let release: KubernetesRelease
  package let store: ArtifactStore

  /// - Parameters:
  ///   - beside: the inventory's folder, which may hold a lock file of its own.
  ///   - cache: nil means the XDG cache folder.
  ///   - own: programs that came with hearth, as ``OwnPrograms/find(beside:environment:)`` finds them.
  package init(rack: Rack, beside: String, cache: String? = nil, own: OwnPrograms?) throws(HearthError) {
    guard let release = KubernetesRelease.of(rack.cluster) else {
      throw HearthError(
        .inventory, "Kubernetes \(rack.cluster.kubernetes) is not supported",
        hint: "choose one of the minor versions \(KubernetesVersion.supportedList)")
    }
    let source: ArtifactSource =
      switch rack.cluster.artifacts {
      case .upstream: .upstream
      case .mirror(let url): .mirror(url)
      case .folder(let path): .folder(path)
      }
    self.rack = rack
    self.release = release
    store = try ArtifactStore(
      cache: cache, source: source,
      lock: .load(source: source, beside: beside, images: rack.cluster.addons.catalogue.flatMap(\.lockedImages)),
      own: own,
      http: HTTPClient(options: HTTPOptions(proxy: rack.downloadProxy)),
      // Packing costs more than it saves on the way to hosts of this very machine.
      compression: rack.lab == nil ? .gzip : .never)
  }

  /// Everything that hosts of one architecture need.
  ///
  /// - Throws: ``HearthError`` `checksum` when no lock file names an image.
  package func artifacts(for architecture: Architecture) throws(HearthError) -> [Artifact] {
    var all = release.programs(version: rack.cluster.kubernetes, architecture).map(\.artifact)
    if let backend = webAssemblyBackend(for: [architecture]) {
      all += release.webAssemblyPrograms(backend, architecture).map(\.artifact)
    }
    for name in imageNames { all.append(Artifact(image: try image(name, architecture))) }
    return all
  }

  /// Kubernetes' programs and those beside it, for one architecture.
  package func programs(for architecture: Architecture) -> [Artifact] {
    release.programs(version: rack.cluster.kubernetes, architecture).map(\.artifact)
  }

  /// Architectures for which every checksum is known.
  package var lockedArchitectures: [Architecture] {
    Architecture.allCases.filter { architecture in
      guard let all = try? artifacts(for: architecture), let records = try? store.records(of: all) else { return false }
      return records.allSatisfy { $0.state != .unlocked }
    }
  }

  /// The image of that short name, in the version that the inventory names where it names one.
  private func image(_ name: String, _ architecture: Architecture) throws(HearthError) -> LockedImage {
    let image = try store.lock.image(name, architecture)
    guard let part = ReleaseTable.Part(rawValue: name), let wanted = rack.cluster.versions[part] else { return image }
    let tag = image.reference.split(separator: "/").last?.split(separator: ":").last.map(String.init) ?? ""
    guard tag != wanted, tag != "v\(wanted)" else { return image }
    throw HearthError(
      .checksum, "the inventory names \(name) \(wanted), and the lock file has \(image.reference)",
      hint: "Add this version's image to \(ArtifactLock.fileName) beside the inventory, with its digest; "
        + "docs/reference/artifacts.md shows how.")
  }

  /// - Parameters:
  ///   - controlPlanes: architectures of control-plane hosts; the others need no API server and no etcd.
  ///   - hosts: control planes that are logged in to; they render Kustomize trees where this machine cannot.
  /// - Throws: ``HearthError`` `download`, `checksum`, `local` or `cancelled`.
  package func software(
    for architectures: Set<Architecture>, controlPlanes: Set<Architecture>, hosts: [any RootShell] = [],
    events: any EventSink
  ) async throws(HearthError) -> [Architecture: Software] {
    var trees: [KustomizeTree] = []
    for addOn in rack.cluster.addons.own {
      if let tree = try KustomizeTree.read(addOn) { trees.append(tree) }
    }
    let kubectl = trees.isEmpty ? nil : kubectlOfThisMachine
    let backend = webAssemblyBackend(for: architectures)
    if let gap = webAssemblyGap(for: architectures) {
      if rack.cluster.addons.webAssembly == .wrapper { throw gap }
      events.emit(.note(level: .warning, host: nil, text: "\(gap.message); \(gap.hint ?? "")"))
    }
    if backend == .shim {
      events.emit(
        .note(level: .warning, host: nil, text: "WebAssembly by the shim, which hearth was never tested with"))
    }
    var programs: [Architecture: [(artifact: Artifact, path: String, onlyOnControlPlane: Bool)]] = [:]
    var images: [Architecture: [String: LockedImage]] = [:]
    var wanted: [Artifact] = []
    for architecture in architectures {
      let list =
        release.programs(version: rack.cluster.kubernetes, architecture)
        .filter { !$0.onlyOnControlPlane || controlPlanes.contains(architecture) }
        + (backend.map { release.webAssemblyPrograms($0, architecture) } ?? [])
      programs[architecture] = list
      wanted += list.map(\.artifact)
      for name in imageNames {
        let image = try image(name, architecture)
        images[architecture, default: [:]][name] = image
        wanted.append(Artifact(image: image))
      }
    }
    if let kubectl { wanted.append(kubectl) }
    let files = try await store.fetch(wanted, events: events)
    let webAssembly = try await webAssembly(backend)
    let renderer = KustomizeRenderer(place: kubectl.flatMap { files[$0] }.map { .here($0) } ?? .hosts(hosts))
    var rendered: [String: AddOnManifests] = [:]
    for tree in trees { rendered[tree.addOn.name] = try await renderer.render(tree) }

    var software: [Architecture: Software] = [:]
    for architecture in architectures {
      let delivered = (programs[architecture] ?? []).compactMap { program in
        files[program.artifact].map {
          Software.Program(path: program.path, file: $0, onlyOnControlPlane: program.onlyOnControlPlane)
        }
      }
      func image(_ name: String) -> Software.Image? {
        guard let locked = images[architecture]?[name], let file = files[Artifact(image: locked)] else { return nil }
        return Software.Image(reference: locked.reference, archive: file)
      }
      guard let pause = image("pause") else {
        throw HearthError(.internalError, "the pause image was not fetched for \(architecture.rawValue)")
      }
      software[architecture] = Software(
        programs: delivered, pause: pause, dns: image(rack.cluster.addons.dns.rawValue), smoke: image("smoke"),
        webAssembly: webAssembly,
        addOns: Dictionary(addOnImages.compactMap { name in image(name).map { (name, $0) } }) { first, _ in first })
      software[architecture]?.rendered = rendered
    }
    return software
  }

  /// The rack's kubectl, where the rack's source has one that runs on this machine.
  private var kubectlOfThisMachine: Artifact? {
    #if os(Linux)
      guard let architecture = Architecture.ofThisMachine else { return nil }
      let kubectl = Artifact.kubernetes("kubectl", version: rack.cluster.kubernetes.description, architecture)
      guard let record = try? store.records(of: [kubectl]).first, record.state != .unlocked else { return nil }
      if case .folder = store.source, record.state == .missing { return nil }
      return kubectl
    #else
      return nil
    #endif
  }

  /// What a node needs for `bench runtime`: WebAssembly as it was brought there, and native images where a lock file names
  /// them: `static`, `debian`, and the HTTP service `web`. Images of the last kind are on this machine still.
  ///
  /// - Throws: ``HearthError`` `unsupported` where WebAssembly runs by the shim or not at all.
  package func runtimeBench(
    for architecture: Architecture, events: any EventSink
  ) async throws(HearthError) -> (webAssembly: Software.WebAssembly, native: [(name: String, image: Software.Image)]) {
    guard let backend = webAssemblyBackend(for: [architecture]), backend == .wrapper,
      let webAssembly = try await webAssembly(backend)
    else {
      throw HearthError(
        .unsupported, "the bench measures WebAssembly by the wrapper, which this rack does not use",
        hint: "Set `cluster.addons.wasm` to wrapper and run `hearth up`.")
    }
    var native: [(String, Software.Image)] = []
    for name in ["static", "debian", "web"] where (try? store.lock.image("bench-\(name)", architecture)) != nil {
      let image = try await store.image("bench-\(name)", architecture, events: events)
      native.append((name, Software.Image(reference: image.reference, archive: image.file)))
    }
    return (webAssembly, native)
  }

  /// nil where none is wanted, or where `auto` finds no wrapper: what was never tested is not taken by itself.
  private func webAssemblyBackend(for architectures: Set<Architecture>) -> Software.WebAssembly.Backend? {
    let wish = rack.cluster.addons.webAssembly
    guard let backend = KubernetesRelease.webAssemblyBackend(wish) else { return nil }
    return wish == .auto && webAssemblyGap(for: architectures) != nil ? nil : backend
  }

  /// Why hosts of these architectures cannot have the WebAssembly that the inventory asks for; nil where they can.
  package func webAssemblyGap(for architectures: Set<Architecture>) -> HearthError? {
    guard KubernetesRelease.webAssemblyBackend(rack.cluster.addons.webAssembly) == .wrapper else { return nil }
    let missing = architectures.sorted { $0.rawValue < $1.rawValue }
      .flatMap { release.webAssemblyPrograms(.wrapper, $0) }.map(\.artifact).filter { !store.knows([$0]) }
    guard !missing.isEmpty else { return nil }
    let names = missing.map { "\($0.name) for \($0.architecture.rawValue)" }.joined(separator: ", ")
    return HearthError(
      .unsupported, "no WebAssembly on this rack: this hearth came without \(names)",
      hint: "install hearth's package, which brings it, or run scripts/build-wasm in a checkout; "
        + "`addons: {wasm: none}` if none is wanted")
  }

  private func webAssembly(
    _ backend: Software.WebAssembly.Backend?
  ) async throws(HearthError) -> Software.WebAssembly? {
    guard let backend else { return nil }
    func image(_ name: String, _ file: String) async throws(HearthError) -> Software.Image {
      let packed = try await store.packed(name, Template.bytes(of: "wasm/\(file).wasm"))
      return Software.Image(reference: packed.reference, archive: packed.file, module: WebAssemblyImage.entrypoint)
    }
    return Software.WebAssembly(
      backend: backend, version: release.webAssemblyVersion(backend),
      module: try await image("wasm-module", "trial-module"),
      component: try await image("wasm-component", "trial-component"),
      wasi3: try await image("wasm-wasi3", "trial-wasi3"), web: try await image("wasm-web", "web"))
  }

  private var imageNames: [String] {
    ["pause", "smoke"] + (rack.cluster.addons.dns == .none ? [] : [rack.cluster.addons.dns.rawValue]) + addOnImages
  }

  /// Those that the catalogue's add-ons bring beside the cluster's own.
  private var addOnImages: [String] {
    var names: [String] = []
    for image in rack.cluster.addons.catalogue.flatMap(\.images) where !names.contains(image.name) {
      names.append(image.name)
    }
    return names
  }
}

extension CatalogueAddOn {
  /// What the catalogue knows of its images; a lock file may name others, or those for which it knows no digest.
  var lockedImages: [LockedImage] {
    images.flatMap { image in
      Architecture.allCases.compactMap { architecture in
        image.digests[architecture.rawValue].flatMap { Checksum(digest: $0) }.map {
          LockedImage(
            name: image.name, architecture: architecture, reference: image.reference, place: .registry(digest: $0))
        }
      }
    }
  }
}

extension Rack {
  /// For downloads on the operator's machine; nil leaves it to the environment. A mirror that the inventory excepts is
  /// reached past it.
  fileprivate var downloadProxy: String? {
    guard let proxy, lab == nil else { return nil }
    if case .mirror(let url) = cluster.artifacts {
      let host =
        url.split(separator: "/", maxSplits: 2).dropFirst().first?.split(separator: ":").first.map(String.init) ?? ""
      let isExcepted = proxy.exceptions.contains { $0 == host || $0.hasPrefix(".") && host.hasSuffix($0) }
      if isExcepted { return "" }
    }
    return proxy.https
  }
}
