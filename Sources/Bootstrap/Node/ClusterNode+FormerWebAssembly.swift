import Diagnostics
import Provision
import Templates
import Untrusted

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
