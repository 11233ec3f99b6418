import Artifacts
import Diagnostics
import Foundation
import HTTP
import TestSupport
import Testing

/// The store over a real server with upstream's paths.
@Suite struct MirrorTests {
  let scratch: TemporaryFolder
  let server: ScriptServer
  let kubelet = Artifact.kubernetes("kubelet", version: "v1.36.3", .arm64)
  let runc = Artifact.runc(version: "v1.4.3", .arm64)
  let kubeletPath = "release/v1.36.3/bin/linux/arm64/kubelet"
  let runcPath = "opencontainers/runc/releases/download/v1.4.3/runc.arm64"
  let bytes = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })

  init() throws {
    scratch = try TemporaryFolder("hearth-mirror")
    try scratch.write("mirror/\(kubeletPath)", bytes)
    try scratch.write("mirror/\(runcPath)", Data("runc".utf8))
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/mirror.py").path
    server = try ScriptServer(script, [scratch.path + "/mirror"])
  }

  func store(_ lock: ArtifactLock, source: ArtifactSource? = nil, cache: String = "cache") throws -> ArtifactStore {
    let options = HTTPOptions(
      retries: RetryPolicy(attempts: 3, base: .milliseconds(5), ceiling: .milliseconds(50)), proxy: "")
    return try ArtifactStore(
      cache: "\(scratch.path)/\(cache)", source: source ?? .mirror("http://127.0.0.1:\(server.greeting)/"), lock: lock,
      http: HTTPClient(options: options), compression: .never)
  }

  func lock(kubelet: Data? = nil) -> ArtifactLock {
    ArtifactLock(
      files: [
        LockedFile(
          name: "kubelet", version: "v1.36.3", architecture: .arm64, path: kubeletPath, checksum: .of(kubelet ?? bytes)),
        LockedFile(
          name: "runc", version: "v1.4.3", architecture: .arm64, path: runcPath, checksum: .of(Data("runc".utf8))),
      ])
  }

  @Test func `A mirror keeps upstream's paths, and what is here is not fetched again`() async throws {
    let files = try await store(lock()).fetch([kubelet, runc])
    #expect(files[kubelet]?.bytes == bytes.count)
    _ = try await store(lock()).fetch([kubelet, runc])
    let requests = try scratch.read("mirror/.log").split(separator: "\n").map(String.init)
    #expect(Set(requests) == ["\(runcPath) -", "\(kubeletPath) -"])
    #expect(requests.count == 2)
  }

  @Test func `A connection that is cut is taken up where it ended`() async throws {
    try scratch.write("mirror/.cut", Data(kubeletPath.utf8))
    let file = try #require(try await store(lock()).fetch([kubelet])[kubelet])
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == bytes)
    #expect(try scratch.read("mirror/.log").contains("\(kubeletPath) bytes=1500000-"))
  }

  @Test func `Wrong bytes are refused, named with both checksums, and nothing of them stays`() async throws {
    let store = try store(lock(kubelet: Data("what upstream released".utf8)))
    let error = await #expect(throws: HearthError.self) { try await store.fetch([kubelet]) }
    #expect(error?.code == .checksum)
    let text = "\(error?.message ?? "") \(error?.cause ?? "")"
    #expect(text.contains(kubeletPath))
    #expect(text.contains(Checksum.of(bytes).hex))
    #expect(text.contains(Checksum.of(Data("what upstream released".utf8)).hex))
    #expect(error?.hint?.isEmpty == false)
    #expect(try store.records(of: [kubelet]).map(\.state) == [.missing])
  }

  @Test func `A file that the mirror lacks is named by its URL`() async throws {
    try FileManager.default.removeItem(atPath: scratch.file("mirror/\(runcPath)"))
    let error = await #expect(throws: HearthError.self) { try await store(lock()).fetch([kubelet, runc]) }
    #expect(error?.code == .download)
    #expect("\(error?.message ?? "") \(error?.cause ?? "")".contains(runcPath))
  }

  @Test func `Records say what is here, from where, and what is not locked`() async throws {
    let store = try store(lock())
    let etcd = Artifact.etcd("etcd", version: "v3.6.14", .arm64)
    #expect(try store.records(of: [kubelet, runc, etcd]).map(\.state) == [.missing, .missing, .unlocked])
    _ = try await store.fetch([kubelet])
    let record = try #require(try store.records(of: [kubelet]).first)
    #expect(record.state == .verified)
    #expect(record.bytes == bytes.count)
    #expect(record.source == "http://127.0.0.1:\(server.greeting)/\(kubeletPath)")
    #expect(record.checksum == "sha256:\(Checksum.of(bytes).hex)")
  }

  @Test func `Verification reads every byte again`() async throws {
    let store = try store(lock())
    _ = try await store.fetch([kubelet, runc])
    #expect(try store.records(of: [kubelet, runc], fully: true).map(\.state) == [.verified, .verified])
    let file = try #require(try store.records(of: [kubelet]).first?.file)
    var other = bytes
    other[7] ^= 1
    chmod(file, 0o644)
    try other.write(to: URL(fileURLWithPath: file))
    #expect(try store.records(of: [kubelet, runc], fully: true).map(\.state) == [.wrong, .verified])
    // The next fetch puts it right.
    _ = try await store.fetch([kubelet])
    #expect(try store.records(of: [kubelet], fully: true).map(\.state) == [.verified])
  }

  @Test func `An exported folder serves a rack without internet`() async throws {
    try await store(lock()).export([kubelet, runc], to: scratch.file("bundle"))
    let source = ArtifactSource.folder(scratch.file("bundle"))
    let carried = try ArtifactLock(contentsOf: scratch.file("bundle/artifacts.lock.yaml"))
    let offline = try store(carried, source: source, cache: "other-cache")
    #expect(try offline.records(of: [kubelet, runc], fully: true).map(\.state) == [.verified, .verified])
    #expect(try await offline.fetch([kubelet])[kubelet]?.path == scratch.file("bundle/\(kubeletPath)"))
    // Once more into the same folder changes nothing.
    try await store(lock()).export([kubelet], to: scratch.file("bundle"))
    #expect(try ArtifactLock(contentsOf: scratch.file("bundle/artifacts.lock.yaml")) == carried)
  }
}
