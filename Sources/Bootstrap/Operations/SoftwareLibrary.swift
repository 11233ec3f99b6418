package import Artifacts
package import Diagnostics
import HTTP
package import Inventory
import Templates

/// The rack's software on the operator's machine: chosen by the inventory, verified by the lock files, fetched once.
package struct SoftwareLibrary: Sendable {
  private let rack: Rack
  private let release: KubernetesRelease
  package let store: ArtifactStore

  /// - Parameters:
  ///   - beside: the inventory's folder, which may hold a lock file of its own.
  ///   - cache: nil means the XDG cache folder.
  package init(rack: Rack, beside: String, cache: String? = nil) throws(HearthError) {
    guard let release = KubernetesRelease.of(rack.cluster.kubernetes) else {
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
      cache: cache, source: source, lock: .load(source: source, beside: beside), http: HTTPClient(),
      // Packing costs more than it saves on the way to hosts of this very machine.
      compression: rack.lab == nil ? .gzip : .never)
  }

  /// Everything that hosts of one architecture need.
  ///
  /// - Throws: ``HearthError`` `checksum` when no lock file names an image.
  package func artifacts(for architecture: Architecture) throws(HearthError) -> [Artifact] {
    var all = release.programs(version: rack.cluster.kubernetes, architecture).map(\.artifact)
    for name in imageNames { all.append(Artifact(image: try store.lock.image(name, architecture))) }
    return all
  }

  /// Architectures for which every checksum is known.
  package var lockedArchitectures: [Architecture] {
    Architecture.allCases.filter { architecture in
      guard let all = try? artifacts(for: architecture), let records = try? store.records(of: all) else { return false }
      return records.allSatisfy { $0.state != .unlocked }
    }
  }

  /// - Throws: ``HearthError`` `download`, `checksum`, `local` or `cancelled`.
  package func software(
    for architectures: Set<Architecture>, events: any EventSink
  ) async throws(HearthError) -> [Architecture: Software] {
    let backend = webAssemblyBackend(for: architectures, events)
    var programs: [Architecture: [(artifact: Artifact, path: String, onlyOnControlPlane: Bool)]] = [:]
    var images: [Architecture: [String: LockedImage]] = [:]
    var wanted: [Artifact] = []
    for architecture in architectures {
      let list =
        release.programs(version: rack.cluster.kubernetes, architecture)
        + (backend.map { release.webAssemblyPrograms($0, architecture) } ?? [])
      programs[architecture] = list
      wanted += list.map(\.artifact)
      for name in imageNames {
        let image = try store.lock.image(name, architecture)
        images[architecture, default: [:]][name] = image
        wanted.append(Artifact(image: image))
      }
    }
    let files = try await store.fetch(wanted, events: events)
    let webAssembly = try await webAssembly(backend)

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
        webAssembly: webAssembly)
    }
    return software
  }

  /// What a node needs for `bench runtime`: WebAssembly as it was brought there, and native images where a lock file names
  /// them: `static`, `debian`, and the HTTP service `web`. Images of the last kind are on this machine still.
  ///
  /// - Throws: ``HearthError`` `unsupported` where WebAssembly runs by the shim or not at all.
  package func runtimeBench(
    for architecture: Architecture, events: any EventSink
  ) async throws(HearthError) -> (webAssembly: Software.WebAssembly, native: [(name: String, image: Software.Image)]) {
    guard let backend = webAssemblyBackend(for: [architecture], events), backend == .wrapper,
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

  /// nil where none is wanted, or where `auto` finds none among the artifacts.
  private func webAssemblyBackend(
    for architectures: Set<Architecture>, _ events: any EventSink
  ) -> Software.WebAssembly.Backend? {
    let wish = rack.cluster.addons.webAssembly
    let backends = KubernetesRelease.webAssemblyBackends(wish)
    guard wish == .auto else { return backends.first }
    let known = backends.first { backend in
      // Debian's containerd is too old for the shim.
      (backend == .wrapper || release.source == .upstream)
        && store.knows(architectures.flatMap { release.webAssemblyPrograms(backend, $0) }.map(\.artifact))
    }
    if known != .wrapper {
      events.emit(
        .note(
          level: .warning, host: nil,
          text: (known == nil ? "no WebAssembly" : "WebAssembly by the shim, which hearth was never tested with")
            + ": the artifacts hold no wasm-runc; `scripts/build-wasm` makes one"))
    }
    return known
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
      component: try await image("wasm-component", "trial-component"), web: try await image("wasm-web", "web"))
  }

  private var imageNames: [String] {
    ["pause", "smoke"] + (rack.cluster.addons.dns == .none ? [] : [rack.cluster.addons.dns.rawValue])
  }
}
