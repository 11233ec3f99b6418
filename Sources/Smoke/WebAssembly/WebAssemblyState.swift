import Untrusted

/// What a host's own check of WebAssembly found, and the images that are there to try it.
package struct WebAssemblyState: Sendable, Equatable, Codable {
  package struct Images: Sendable, Equatable, Codable {
    package var module: String
    package var component: String
    /// nil on hosts of an older hearth.
    package var wasi3: String?
    package var web: String
  }

  /// `wrapper` or `shim`.
  package var backend: String
  /// Such as `wasmtime 49.0.3`.
  package var version: String
  package var passed: Bool
  /// `ok`, or what happened instead, by the names in ``parts``.
  package var checks: [String: String]
  package var images: Images?

  package init(
    backend: String, version: String, passed: Bool, checks: [String: String] = [:], images: Images? = nil
  ) {
    self.backend = backend
    self.version = version
    self.passed = passed
    self.checks = checks
    self.images = images
  }

  /// - Parameters:
  ///   - check: lines `NAME=VALUE` of `/var/lib/hearth/wasm-check`; empty where there is none.
  ///   - images: lines of `/etc/hearth/images`.
  init?(check: String, images: String) {
    var values: [String: String] = [:]
    for line in check.byteLines {
      guard let sign = line.firstIndex(of: "=") else { continue }
      values[String(line[..<sign])] = String(line[line.index(after: sign)...])
    }
    guard let backend = values["backend"] else { return nil }
    func image(_ name: String) -> String? { HostState.image(name, images) }
    var found: Images?
    if let module = image("wasm-module"), let component = image("wasm-component"), let web = image("wasm-web") {
      found = Images(module: module, component: component, wasi3: image("wasm-wasi3"), web: web)
    }
    self.init(
      backend: backend, version: values["version"] ?? "unknown", passed: values["result"] == "passed",
      checks: values.filter { Self.parts.contains($0.key) },
      images: found)
  }

  /// What the check tries, in its order; `wasi3` and `exit` are exit statuses of 33 and 7.
  package static let parts = ["module", "component", "wasi3", "native", "exit"]

  /// What failed, with what happened instead.
  var failures: [String] {
    Self.parts.compactMap { part in checks[part].flatMap { $0 == "ok" ? nil : "\(part): \($0)" } }
  }

  /// Such as `wrapper, wasmtime 49.0.3: module ok, component ok, native ok, exit ok`.
  var line: String {
    let parts = Self.parts.compactMap { part in checks[part].map { "\(part) \($0 == "ok" ? "ok" : "failed")" } }
    return "\(backend), \(version)" + (parts.isEmpty ? "" : ": \(parts.joined(separator: ", "))")
  }

  /// nil unless the node's check passed: only then pods of the RuntimeClass may go there.
  var usableImages: Images? { passed ? images : nil }
}
