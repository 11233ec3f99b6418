import Diagnostics
import Provision
import Templates

extension ClusterNode {
  /// Takes away what another backend, or another version of the engine, left here. What containers still use stays until
  /// a later run.
  func formerWebAssembly() throws(HearthError) -> Resource {
    var values: [String: Any] = [
      "paths": Self.everUsed.joined(separator: " "), "keep": kept.joined(separator: " "), "node": name,
      "label": Self.webAssemblyLabel, "credential": "\(Self.pki)/kubelet-client.pem", "authority": "\(Self.pki)/ca.crt",
    ]
    if let wasm = software.webAssembly, webAssemblyBackend == .wrapper {
      values["compiled"] = Self.compiled(wasm.version)
    }
    let list = try Template("wasm/leftovers").render(values)
    let removal = try Template("wasm/remove-leftovers").render(values)
    return .custom(
      .init(
        "former WebAssembly", probe: list + "wasm_leftovers",
        judge: { _, output in
          String(decoding: output, as: UTF8.self).split(separator: "\n").map {
            FieldChange(String($0), from: "there, unused", to: nil)
          }
        },
        apply: { () throws(HearthError) in .init(list + removal, timeout: .seconds(180)) }))
  }

  /// Everything that any backend of any version puts on a host beside images; `*` as the shell reads it.
  private static let everUsed = [
    // First, because it takes away the label.
    WebAssemblyFiles.unit, WebAssemblyFiles.check, WebAssemblyFiles.result, WebAssemblyFiles.settings,
    WebAssemblyFiles.engineFiles, engineFolder("*"), wrapper, WebAssemblyFiles.shim, WebAssemblyFiles.cache,
    compiled("[0-9]*"),
  ]

  /// The wrapper's folders of what it compiled for one version of the engine, one for each kind of processor.
  private static func compiled(_ version: String) -> String { "\(WebAssemblyFiles.cache)/\(version)-*" }

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
