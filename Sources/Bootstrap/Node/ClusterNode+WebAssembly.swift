package import Diagnostics
import Provision
import Templates
import Untrusted

extension ClusterNode {
  static let wrapper = "/usr/local/lib/hearth/wasm-runc"
  /// A node has it once its own check has passed; pods of the RuntimeClass go where it is.
  static let webAssemblyLabel = "hearth.local/wasm"

  /// Each version of the engine has a folder of its own: containers that run keep theirs.
  static func engineFolder(_ version: String) -> String { "/usr/local/lib/hearth/wasmtime-\(version)" }

  /// nil where this node runs no WebAssembly: the shim needs cgroup v2.
  var webAssemblyBackend: Software.WebAssembly.Backend? {
    guard let backend = software.webAssembly?.backend else { return nil }
    return backend == .shim && facts.cgroupVersion == 1 ? nil : backend
  }

  /// Where its parts lie on every host that runs it.
  enum WebAssemblyFiles {
    static let check = "/usr/local/lib/hearth/wasm-check"
    static let result = "/var/lib/hearth/wasm-check"
    static let engineFiles = "/usr/local/lib/hearth/engine-files"
    static let settings = "/etc/hearth/wasm.json"
    static let unit = "/etc/systemd/system/hearth-wasm.service"
    static let shim = "/usr/local/bin/containerd-shim-wasmtime-v1"
    static let cache = "/var/lib/hearth/wasm"
  }

  /// The engine's files, in place before containerd knows the runtime.
  func webAssembly() throws(HearthError) -> [Resource] {
    guard let wasm = software.webAssembly, let backend = webAssemblyBackend else { return [] }
    let engine = Self.engineFolder(wasm.version)
    let isWrapper = backend == .wrapper
    let values: [String: Any?] = [
      "nodeURL": ownNodeURL, "backend": backend.rawValue, "isWrapper": isWrapper, "wrapper": Self.wrapper,
      "version": wasm.version, "engine": engine, "moduleImage": wasm.module.reference,
      "componentImage": wasm.component.reference, "wasi3Image": wasm.wasi3.reference,
      "nativeImage": software.smoke?.reference ?? "",
      "labelled": labelPatch("wasmtime"), "unlabelled": labelPatch(nil),
      "runtime": isWrapper
        ? ["--runtime", "io.containerd.runc.v2", "--runc-binary", Self.wrapper]
        : ["--runtime", "io.containerd.wasmtime.v1"],
      "credential": "\(Self.pki)/kubelet-client.pem", "authority": "\(Self.pki)/ca.crt", "runc": release.paths.runc,
      "engineFiles": WebAssemblyFiles.engineFiles, "check": WebAssemblyFiles.check, "compileMemory": compileMemoryBytes,
      "watched": watchedFiles(wasm, backend),
    ]
    var resources: [Resource] = [
      .file(.init(WebAssemblyFiles.check, try Template("wasm/check").render(values), mode: 0o755)),
      .file(.init(WebAssemblyFiles.unit, try Template("wasm/hearth-wasm.service").render(values))),
    ]
    guard backend == .wrapper else { return resources }
    resources += [
      .file(.init(WebAssemblyFiles.settings, try Template("wasm/settings.json").render(values))),
      .file(.init(WebAssemblyFiles.engineFiles, try Template.text(of: "wasm/engine-files"), mode: 0o755)),
      .custom(
        .init(
          "WebAssembly engine",
          probe: """
            cmp -s \(Self.wrapper.shellQuoted) \("\(engine)/init".shellQuoted) &&
              [ -e \("\(engine)/ld.so".shellQuoted) ] && [ -e \("\(engine)/app.cwasm".shellQuoted) ] && echo whole
            """,
          judge: { _, output in
            String(decoding: output, as: UTF8.self).hasPrefix("whole")
              ? [] : [FieldChange("libraries of the engine", from: nil, to: engine)]
          },
          apply: { () throws(HearthError) in
            .init("exec \([WebAssemblyFiles.engineFiles, engine, Self.wrapper].shellWords)")
          },
          after: [Resource.fileID(Self.wrapper), Resource.fileID("\(engine)/wasmtime")])),
    ]
    return resources
  }

  /// This node in the API, through the host's own balancer.
  var ownNodeURL: String { "https://127.0.0.1:7443/api/v1/nodes/\(name)" }

  /// Sets this node's label, or takes it away.
  func labelPatch(_ value: String?) -> String {
    let label: JSONValue = value.map { .string($0) } ?? .null
    return JSONValue.object(["metadata": ["labels": .object([Self.webAssemblyLabel: label])]]).line
  }

  /// The node's own check, which sets its label.
  var webAssemblyCheck: [Resource] {
    guard let wasm = software.webAssembly, let backend = webAssemblyBackend else { return [] }
    return [
      .unit(
        .init(
          "hearth-wasm.service",
          // To a plan the file that containerd reads is none: it is put in place by a step.
          restartOn: watchedFiles(wasm, backend) + [WebAssemblyFiles.check, WebAssemblyFiles.unit]
            + [Self.runtimeConfiguration]))
    ]
  }

  /// What the check is about: after a change of these the node has to pass it again.
  private func watchedFiles(_ wasm: Software.WebAssembly, _ backend: Software.WebAssembly.Backend) -> [String] {
    let programs =
      backend == .wrapper
      ? [Self.wrapper, "\(Self.engineFolder(wasm.version))/wasmtime", WebAssemblyFiles.settings]
      : [WebAssemblyFiles.shim]
    return programs + [NodePath.containerdConfiguration]
  }

  /// A quarter of the host's memory, and enough for most modules where that is little.
  private var compileMemoryBytes: Int { max(256 << 20, min(1 << 30, facts.memoryBytes / 4)) }
}

/// The sample programs that are part of hearth.
package enum WebAssemblySamples {
  /// - Parameter name: of a file in `templates/wasm`, without `.wasm`.
  package static func bytes(of name: String) throws(HearthError) -> [UInt8] {
    try Template.bytes(of: "wasm/\(name).wasm")
  }
}

extension ClusterNode {
  /// Takes away what another backend, or another version of the engine, left here. What containers still use stays until
  /// a later run.
  func formerWebAssembly() throws(HearthError) -> Resource {
    let engine = webAssemblyBackend == .wrapper ? software.webAssembly : nil
    let list = try Template("wasm/leftovers").render([
      // Patterns, made here; the version in one of them is of a lock file, and of letters, digits and dots.
      "paths": ShellText(Self.everUsed.joined(separator: " ")), "keep": kept.joined(separator: " "),
      "compiled": engine.map { ["pattern": ShellText("\(WebAssemblyFiles.cache)/\($0.version.shellQuoted)-*")] },
    ])
    let removal = try Template("wasm/remove-leftovers").render([
      "credential": "\(Self.pki)/kubelet-client.pem", "authority": "\(Self.pki)/ca.crt", "nodeURL": ownNodeURL,
      "unlabel": labelPatch(nil),
    ])
    return .custom(
      .init(
        "former WebAssembly", probe: list + "wasm_leftovers",
        judge: { _, output in
          String(decoding: output, as: UTF8.self).filledLines.map {
            FieldChange($0, from: "there, unused", to: nil)
          }
        },
        apply: { () throws(HearthError) in .init(list + removal, timeout: .seconds(180)) }))
  }

  /// Everything that any backend of any version puts on a host beside images; `*` as the shell reads it.
  private static let everUsed = [
    // First, because it takes away the label.
    WebAssemblyFiles.unit, WebAssemblyFiles.check, WebAssemblyFiles.result, WebAssemblyFiles.settings,
    WebAssemblyFiles.engineFiles, engineFolder("*"), wrapper, WebAssemblyFiles.shim, WebAssemblyFiles.cache,
    anyCompiled,
  ]

  /// The wrapper's folders of what it compiled, one for each version of the engine and kind of processor.
  private static let anyCompiled = "\(WebAssemblyFiles.cache)/[0-9]*-*"

  private var kept: [String] {
    guard let wasm = software.webAssembly, let backend = webAssemblyBackend else { return [] }
    let all = [WebAssemblyFiles.unit, WebAssemblyFiles.check, WebAssemblyFiles.result]
    return all
      + (backend == .wrapper
        ? [
          WebAssemblyFiles.settings, WebAssemblyFiles.engineFiles, Self.engineFolder(wasm.version), Self.wrapper,
          WebAssemblyFiles.cache,
        ] : [WebAssemblyFiles.shim])
  }
}
