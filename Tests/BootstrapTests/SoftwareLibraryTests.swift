import Artifacts
import Diagnostics
import Foundation
import HTTP
import Inventory
import TestSupport
import Testing

@testable import Bootstrap

/// Which WebAssembly a rack gets: what hearth was tested with, or nothing and a word about it.
@Suite struct SoftwareLibraryTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder("hearth-library") }

  private func library(_ wish: AddOns.WebAssembly, wrapperFor architectures: [Architecture]) throws -> SoftwareLibrary {
    var rack = SampleRack.boardsNew.rack
    rack.cluster.addons.webAssembly = wish
    rack.cluster.artifacts = .upstream
    var lock = "version: 1\nfiles:\n"
    for architecture in architectures {
      let path = "wasm-runc/linux/\(architecture.rawValue)/wasm-runc"
      try scratch.write("lib/\(path)", Data("wrapper".utf8))
      lock += "- {name: wasm-runc, version: own, arch: \(architecture.rawValue), path: \(path), "
      lock += "sha256: \(Checksum.of("wrapper".utf8).hex)}\n"
    }
    try scratch.write("lib/artifacts.lock.yaml", Data(lock.utf8))
    return try SoftwareLibrary(
      rack: rack, beside: scratch.path, cache: scratch.file("cache"),
      own: architectures.isEmpty ? nil : OwnPrograms(folder: scratch.file("lib"), isInstalled: true))
  }

  private func names(_ library: SoftwareLibrary, _ architecture: Architecture) throws -> Set<String> {
    Set(try library.artifacts(for: architecture).map(\.name))
  }

  @Test(arguments: [AddOns.WebAssembly.auto, .wrapper])
  func `With the wrapper, the lists name it and the engine, and never the shim`(_ wish: AddOns.WebAssembly) throws {
    let library = try library(wish, wrapperFor: [.amd64, .arm64])
    for architecture in [Architecture.amd64, .arm64] {
      let names = try names(library, architecture)
      #expect(names.isSuperset(of: ["wasmtime", "wasm-runc", "kubelet"]))
      #expect(!names.contains("containerd-shim-wasmtime-v1"))
    }
    #expect(library.webAssemblyGap(for: [.amd64, .arm64]) == nil)
  }

  @Test func `Without the wrapper, auto takes nothing and says why`() throws {
    let library = try library(.auto, wrapperFor: [])
    #expect(try names(library, .arm64).isDisjoint(with: ["wasmtime", "wasm-runc", "containerd-shim-wasmtime-v1"]))
    let gap = try #require(library.webAssemblyGap(for: [.arm64]))
    #expect(gap.message == "no WebAssembly on this rack: this hearth came without wasm-runc for arm64")
    #expect(gap.hint?.contains("install hearth's package") == true)
  }

  @Test func `One architecture without it is named`() throws {
    let library = try library(.auto, wrapperFor: [.amd64])
    #expect(library.webAssemblyGap(for: [.amd64]) == nil)
    #expect(library.webAssemblyGap(for: [.amd64, .arm64])?.message.hasSuffix("wasm-runc for arm64") == true)
  }

  @Test func `Where the wrapper is asked for, a run stops before anything is fetched`() async throws {
    let library = try library(.wrapper, wrapperFor: [])
    let error = await #expect(throws: HearthError.self) {
      try await library.software(for: [.arm64], controlPlanes: [.arm64], events: SilentSink())
    }
    #expect(error?.code == .unsupported && error?.message.contains("came without wasm-runc") == true)
  }

  @Test func `The shim runs only where it is asked for, and none is none`() throws {
    #expect(KubernetesRelease.webAssemblyBackend(.auto) == .wrapper)
    let shim = try names(library(.shim, wrapperFor: [.arm64]), .arm64)
    #expect(shim.contains("containerd-shim-wasmtime-v1") && !shim.contains("wasm-runc"))
    let none = try library(.none, wrapperFor: [])
    #expect(try names(none, .arm64).isDisjoint(with: ["wasmtime", "wasm-runc", "containerd-shim-wasmtime-v1"]))
    #expect(none.webAssemblyGap(for: [.arm64]) == nil)
  }
}
