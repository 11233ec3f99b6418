import Artifacts
import Bench
import Bootstrap
import Diagnostics
import Provision
import SSH

extension RackRun {
  /// Brings what is missing to a node, measures there, and takes it away again.
  func benchRuntime(on host: String, rounds: Int) async throws -> RuntimeResults {
    guard let shell = engine.currentShells[host], let architecture = session.survey.facts[host]?.architecture else {
      throw HearthError(.unreachable, "the node does not answer", subject: Subject(host: host))
    }
    let (wasm, native) = try await softwareLibrary().runtimeBench(for: architecture, events: events)
    let folder = "/var/lib/hearth/bench"
    _ = try await shell.run("mkdir -p -m 700 \(folder.shellQuoted)")
    var images: [RuntimeBench.Image] = []
    var servers: [RuntimeBench.Image] = []
    for (name, image) in native {
      let path = "\(folder)/\(name).tar"
      try await shell.upload(
        .file(path: image.archive.path, sha256: image.archive.sha256), to: path, mode: 0o600, owner: "root:root",
        progress: nil)
      if name == "web" {
        servers.append(.init(kind: "static", reference: image.reference, archive: path, program: "/web"))
      } else {
        images.append(.init(kind: name, reference: image.reference, archive: path, program: "/trial"))
      }
    }
    servers.append(
      .init(
        kind: "component", reference: wasm.web.reference, archive: NodeImage.archivePath(of: wasm.web.reference),
        program: wasm.web.module ?? "/app.wasm"))
    for (name, image) in [("module", wasm.module), ("component", wasm.component)] {
      images.append(
        .init(
          kind: name, reference: image.reference, archive: NodeImage.archivePath(of: image.reference),
          program: image.module ?? "/app.wasm"))
    }
    for name in RuntimeBench.sampleNames {
      try await shell.upload(
        .bytes(try WebAssemblySamples.bytes(of: name)), to: "\(folder)/\(name).wasm", mode: 0o600, owner: "root:root",
        progress: nil)
    }
    let bench = RuntimeBench(
      images: images, servers: servers, engine: NodeImage.engineFolder(version: wasm.version),
      wrapper: NodeImage.wrapper,
      samples: folder, rounds: rounds)
    let results: Result<RuntimeResults, HearthError>
    do {
      results = .success(try await bench.run(on: shell))
    } catch {
      results = .failure(error)
    }
    _ = try? await shell.run("rm -rf \(folder.shellQuoted)")
    return try results.get()
  }
}
