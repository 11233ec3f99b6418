/// What a host's own check of WebAssembly found, and the images that are there to try it.
package struct WebAssemblyState: Sendable, Equatable, Codable {
  package struct Images: Sendable, Equatable, Codable {
    package var module: String
    package var component: String
    package var web: String
  }

  /// `wrapper` or `shim`.
  package var backend: String
  /// Such as `wasmtime 49.0.3`.
  package var version: String
  package var passed: Bool
  /// What failed, by name: `module`, `component`, `native`, `exit`.
  package var failures: [String: String]
  package var images: Images?

  package init(
    backend: String, version: String, passed: Bool, failures: [String: String] = [:], images: Images? = nil
  ) {
    self.backend = backend
    self.version = version
    self.passed = passed
    self.failures = failures
    self.images = images
  }

  /// - Parameters:
  ///   - check: lines `NAME=VALUE` of `/var/lib/hearth/wasm-check`; empty where there is none.
  ///   - images: lines of `/etc/hearth/images`.
  init?(check: String, images: String) {
    var values: [String: String] = [:]
    for line in check.split(separator: "\n") {
      guard let sign = line.firstIndex(of: "=") else { continue }
      values[String(line[..<sign])] = String(line[line.index(after: sign)...])
    }
    guard let backend = values["backend"] else { return nil }
    func image(_ name: String) -> String? { HostState.image(name, images) }
    var found: Images?
    if let module = image("wasm-module"), let component = image("wasm-component"), let web = image("wasm-web") {
      found = Images(module: module, component: component, web: web)
    }
    self.init(
      backend: backend, version: values["version"] ?? "unknown", passed: values["result"] == "passed",
      failures: values.filter { ["module", "component", "native", "exit"].contains($0.key) && $0.value != "ok" },
      images: found)
  }

  /// nil unless the node's check passed: only then pods of the RuntimeClass may go there.
  var usableImages: Images? { passed ? images : nil }
}
