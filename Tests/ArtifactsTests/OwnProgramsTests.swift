import Diagnostics
import Foundation
import HTTP
import TestSupport
import Testing

@testable import Artifacts

/// Programs that come with hearth and that no server of upstream's has.
@Suite struct OwnProgramsTests {
  let scratch: TemporaryFolder
  let wrapper = Artifact.wasmRunc(.arm64)
  let path = "wasm-runc/linux/arm64/wasm-runc"

  init() throws { scratch = try TemporaryFolder("hearth-own-programs") }

  /// Lays out a folder with a wrapper of these bytes.
  private func folder(_ name: String, _ bytes: String, sha256: String? = nil) throws -> String {
    try scratch.write("\(name)/\(path)", Data(bytes.utf8))
    try scratch.write(
      "\(name)/artifacts.lock.yaml",
      """
      version: 1
      files:
      - {name: wasm-runc, version: own, arch: arm64, path: \(path), sha256: \(sha256 ?? Checksum.of(bytes.utf8).hex)}
      - {name: kubelet, version: v1.36.2, arch: arm64, path: own/kubelet, sha256: \(Checksum.of(bytes.utf8).hex)}

      """)
    return scratch.file(name)
  }

  private func store(_ source: ArtifactSource, _ own: OwnPrograms?) throws -> ArtifactStore {
    try ArtifactStore(
      cache: scratch.path + "/cache", source: source, lock: .load(source: source), own: own, http: HTTPClient(),
      compression: .never)
  }

  @Test func `With upstream's artifacts the wrapper is the one that came with hearth`() async throws {
    let own = try OwnPrograms(folder: folder("lib", "wrapper"), isInstalled: true)
    #expect(own.files.map(\.path) == [path], "only hearth's own programs are taken from there")
    let store = try store(.upstream, own)
    #expect(store.knows([wrapper]))
    #expect(try await store.fetch([wrapper])[wrapper]?.path == "\(own.folder)/\(path)")
    #expect(try store.records(of: [wrapper], fully: true).map(\.state) == [.verified])
    #expect(try !self.store(.upstream, nil).knows([wrapper]))
  }

  @Test(arguments: [true, false])
  func `What was installed replaces a folder's wrapper, what a checkout built does not`(isInstalled: Bool) async throws
  {
    let source = try folder("folder", "of another version")
    let own = try OwnPrograms(folder: folder("lib", "of this one"), isInstalled: isInstalled)
    let file = try #require(try await store(.folder(source), own).fetch([wrapper])[wrapper])
    #expect(file.path == (isInstalled ? own.folder : source) + "/\(path)")
  }

  @Test func `A wrapper with other bytes than its lock file says is not delivered`() async throws {
    let own = try OwnPrograms(folder: folder("lib", "changed", sha256: Checksum.of("was".utf8).hex), isInstalled: true)
    let error = await #expect(throws: HearthError.self) { try await store(.upstream, own).fetch([wrapper]) }
    #expect(error?.code == .checksum)
    #expect(try store(.upstream, own).records(of: [wrapper]).map(\.state) == [.wrong])
  }

  @Test func `They are found beside an installed program, and in a checkout where the build script puts them`() throws {
    _ = try folder("usr/lib/hearth", "wrapper")
    let cache = try folder("cache/hearth/virtual-rack", "wrapper")
    let environment = ["XDG_CACHE_HOME": scratch.file("cache")]
    let installed = try OwnPrograms.find(beside: scratch.file("usr/bin/hearth"), environment: environment)
    #expect(installed?.folder == scratch.file("usr/lib/hearth") && installed?.isInstalled == true)
    let built = try OwnPrograms.find(beside: scratch.file("hearth/.build/debug/hearth"), environment: environment)
    #expect(built?.folder == cache && built?.isInstalled == false)
    #expect(try OwnPrograms.find(beside: scratch.file("opt/hearth"), environment: environment) == nil)
  }

  @Test func `A folder for a rack without internet has them too`() async throws {
    let own = try OwnPrograms(folder: folder("lib", "wrapper"), isInstalled: true)
    try await store(.upstream, own).export([wrapper], to: scratch.file("offline"))
    let file = try await store(.folder(scratch.file("offline")), nil).fetch([wrapper])[wrapper]
    #expect(file?.path == scratch.file("offline/\(path)"))
  }

  @Test func `A folder that holds the program itself needs no archive of upstream's`() async throws {
    let engine = Artifact.wasmtime(version: "49.0.1", .arm64)
    let path = "wasmtime/49.0.1/linux/arm64/wasmtime"
    try scratch.write("plain/\(path)", Data("engine".utf8))
    try scratch.write(
      "plain/artifacts.lock.yaml",
      """
      version: 1
      files:
      - {name: wasmtime, version: 49.0.1, arch: arm64, path: \(path), sha256: \(Checksum.of("engine".utf8).hex)}

      """)
    let store = try store(.folder(scratch.file("plain")), nil)
    #expect(try await store.fetch([engine])[engine]?.path == scratch.file("plain/\(path)"))
    #expect(try store.records(of: [engine]).map(\.state) == [.verified])
  }
}
