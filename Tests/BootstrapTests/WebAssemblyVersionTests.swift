import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import TestSupport
import Testing

@testable import Bootstrap

/// What a newer hearth, with another version of the engine, does to a host that runs WebAssembly. The programs are those
/// that hosts get; they run here in a folder that stands for the host, with stand-ins for `ctr` and `curl`.
struct WebAssemblyVersionTests {
  let host: TemporaryFolder

  init() throws { host = try TemporaryFolder("hearth-engine") }

  /// Everything for one host, as a hearth with this version of the engine makes it.
  private func resources(_ version: String) throws -> [Resource] {
    let sample = SampleRack.virtualOld
    var software = sample.software
    var own = try #require(software[sample.architecture])
    let old = try #require(own.webAssembly).version
    own.webAssembly?.version = version
    own.programs = own.programs.map {
      .init(path: $0.path.replacing(old, with: version), file: $0.file, onlyOnControlPlane: $0.onlyOnControlPlane)
    }
    software[sample.architecture] = own
    let authority = try Authority.create(cluster: sample.rack.cluster.name)
    return try sample.bootstrap().phases(authority: authority, software: software).flatMap {
      $0.resources["pi2"] ?? []
    }
  }

  private func text(_ path: String, _ resources: [Resource]) -> String? {
    for case .file(let file) in resources where file.path == path {
      return String(decoding: file.content, as: UTF8.self)
    }
    return nil
  }

  /// A program of the host's with the folder in place of the host's root.
  private func here(_ program: String) -> String {
    ["/usr/local/", "/var/lib/", "/etc/", "/run/containerd"].reduce(program) {
      $0.replacing($1, with: host.path + $1)
    }
  }

  private func make(_ paths: String...) throws {
    for path in paths { try host.write(String(path.dropFirst()), Data(path.utf8)) }
  }

  private func leftovers(_ version: String) throws -> [String] {
    for case .custom(let custom) in try resources(version) where custom.name == "former WebAssembly" {
      return try host.shell(here(custom.probe)).split(separator: "\n").map { String($0.dropFirst(host.path.count)) }
    }
    throw Command.Failure(description: "no such resource")
  }

  @Test func `Settings, cache key, engine and check are all of one version`() throws {
    for version in ["49.0.3", "50.1.0"] {
      let all = try resources(version)
      let settings = try #require(text("/etc/hearth/wasm.json", all))
      #expect(settings.contains(#""engineVersion": "\#(version)""#))
      #expect(settings.contains(#""engine": "/usr/local/lib/hearth/wasmtime-\#(version)""#))
      for path in ["/usr/local/lib/hearth/wasm-check", "/etc/systemd/system/hearth-wasm.service"] {
        let words = try #require(text(path, all))
        #expect(Set(words.matches(of: /wasmtime-([0-9.]+[0-9])/).map { String($0.output.1) }) == [version], "\(path)")
      }
      for case .unit(let unit) in all where unit.name == "hearth-wasm.service" {
        #expect(unit.restartOn.contains("/usr/local/lib/hearth/wasmtime-\(version)/wasmtime"))
      }
    }
  }

  @Test func `An engine of another version goes with what it compiled, once no container uses them`() throws {
    let (old, new) = ("/usr/local/lib/hearth/wasmtime-49.0.3", "/usr/local/lib/hearth/wasmtime-50.1.0")
    let (compiledOld, compiledNew) = ("/var/lib/hearth/wasm/49.0.3-0a1b", "/var/lib/hearth/wasm/50.1.0-0a1b")
    let container = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/1/config.json"
    try make(
      "\(old)/wasmtime", "\(new)/wasmtime", "\(compiledOld)/f00.run.cwasm", "\(compiledNew)/f00.run.cwasm",
      "/usr/local/lib/hearth/wasm-runc", "/var/lib/hearth/wasm/lock", "/var/lib/hearth/wasm/work-1/module")
    try host.write(
      String(container.dropFirst()), Data(here(#"{"sources":["\#(old)","\#(compiledOld)/f00.run.cwasm"]}"#).utf8))
    #expect(try leftovers("50.1.0") == [])
    try FileManager.default.removeItem(atPath: host.path + container)
    #expect(try leftovers("50.1.0") == [old, compiledOld])
    // And back again.
    #expect(try leftovers("49.0.3") == [new, compiledNew])
  }

  @Test func `A node loses its label while another engine is checked, and for good where that fails`() throws {
    func check(_ version: String, works: Bool = true) throws -> (labels: [String], passed: Bool) {
      let check = try #require(text("/usr/local/lib/hearth/wasm-check", resources(version)))
      let engine = "/usr/local/lib/hearth/wasmtime-\(version)"
      try make(
        "\(engine)/wasmtime", "/usr/local/lib/hearth/wasm-runc", "/etc/containerd/config.toml", "/etc/hearth/wasm.json")
      try host.write("var/lib/hearth/images", Data())
      try host.write("check", here(check))
      for (name, body) in [
        (
          "ctr",
          works
            ? #"echo hello from embedded swift native sidecar; case "$*" in *"exit 7") exit 7 ;; *"exit 33") exit 33 ;; esac"#
            : "exit 1"
        ),
        ("curl", #"for word; do case $word in *labels*) echo "${word##*wasm\": }" >>"$LABELS" ;; esac; done"#),
        ("sleep", ":"),
      ] {
        try host.write(name, "#!/bin/sh\n\(body)\n", mode: 0o755)
      }
      let labels = try host.write("labels", "")
      let end = try host.shell(
        "export LABELS=\(labels) PATH=\(host.path):$PATH; sh check >/dev/null && echo passed || :")
      return (try host.read("labels").split(separator: "\n").map { String($0.prefix { $0 != "}" }) }, end == "passed")
    }
    #expect(try check("49.0.3") == ([#""wasmtime""#], true))
    #expect(try check("49.0.3") == ([#""wasmtime""#], true), "the same again, as at boot")
    #expect(try check("50.1.0") == (["null", #""wasmtime""#], true))
    #expect(try check("51.0.0", works: false) == (["null", "null"], false))
    #expect(try check("50.1.0") == ([#""wasmtime""#], true))
  }
}
