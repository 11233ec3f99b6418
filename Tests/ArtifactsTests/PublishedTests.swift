import Artifacts
import Diagnostics
import Foundation
import HTTP
import TestSupport
import Testing

/// Checksums that upstream publishes, read from a real server in upstream's layout.
@Suite struct PublishedTests {
  let scratch: TemporaryFolder
  let server: ScriptServer
  let kubelet = Artifact.kubernetes("kubelet", version: "v1.37.2", .arm64)
  let path = "release/v1.37.2/bin/linux/arm64/kubelet"
  let hex = Checksum.of(Data("kubelet".utf8)).hex
  let other = Checksum.of(Data("another".utf8)).hex

  init() throws {
    scratch = try TemporaryFolder("hearth-published")
    try scratch.write("mirror/.keep", Data())
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/mirror.py").path
    server = try ScriptServer(script, [scratch.path + "/mirror"])
  }

  private func publish(_ files: [String: String]) throws {
    for (path, text) in files { try scratch.write("mirror/\(path)", Data(text.utf8)) }
  }

  private var store: ArtifactStore {
    get throws {
      let options = HTTPOptions(
        retries: RetryPolicy(attempts: 1, base: .milliseconds(5), ceiling: .milliseconds(5)), proxy: "")
      return try ArtifactStore(
        cache: "\(scratch.path)/cache", source: .mirror("http://127.0.0.1:\(server.greeting)/first"),
        lock: ArtifactLock(), http: HTTPClient(options: options))
    }
  }

  private var second: String { "http://127.0.0.1:\(server.greeting)/second/" }

  @Test func `Two documents that agree are believed, and named`() async throws {
    try publish([
      "first/\(path).sha256": hex,
      "first/release/v1.37.2/SHA256SUMS": "\(other)  bin/linux/amd64/kubelet\n\(hex)  bin/linux/arm64/kubelet\n",
    ])
    let found = try await store.published([kubelet])
    #expect(found.map(\.entry.checksum.hex) == [hex])
    #expect(found.first?.entry.path == path && found.first?.entry.version == "v1.37.2")
    #expect(found.first?.sources.count == 2)
  }

  @Test func `One document is enough only for those who say so, or with another server`() async throws {
    try publish(["first/\(path).sha256": "\(hex)  kubelet\n"])
    let error = try await #require(throws: HearthError.self) { try await store.published([kubelet]) }
    #expect(error.code == .checksum && error.hint?.contains("--one-source") == true)
    #expect(try await store.published([kubelet], needed: 1).count == 1)
    try publish(["second/\(path).sha256": hex])
    #expect(try await store.published([kubelet], others: [second]).first?.sources.count == 2)
  }

  @Test func `Documents that disagree are refused, with both sides named`() async throws {
    try publish(["first/\(path).sha256": hex, "second/\(path).sha256": other])
    let error = try await #require(throws: HearthError.self) {
      try await store.published([kubelet], others: [second], needed: 1)
    }
    #expect(error.code == .checksum && error.message.contains(path))
    #expect(error.cause?.contains(hex) == true && error.cause?.contains(other) == true)
  }

  @Test(arguments: ["", "<html>not found</html>", "0123", String(repeating: "g", count: 64)])
  func `What is not a checksum is none`(_ text: String) async throws {
    try publish(["first/\(path).sha256": text])
    await #expect(throws: HearthError.self) { try await store.published([kubelet], needed: 1) }
  }

  @Test func `Projects publish in places of their own`() async throws {
    let etcd = "etcd-io/etcd/releases/download/v3.7.0"
    let containerd = "containerd/containerd/releases/download/v2.3.5/containerd-2.3.5-linux-arm64.tar.gz"
    let cni = "containernetworking/plugins/releases/download/v1.9.2/cni-plugins-linux-arm64-v1.9.2.tgz"
    try publish([
      "first/\(etcd)/SHA256SUMS":
        "\(other)  etcd-v3.7.0-linux-amd64.tar.gz\r\n\(hex)  etcd-v3.7.0-linux-arm64.tar.gz\r\n",
      "first/\(containerd).sha256sum": "\(hex)  containerd-2.3.5-linux-arm64.tar.gz\n",
      "first/opencontainers/runc/releases/download/v1.4.4/runc.sha256sum": "\(other) *runc.amd64\n\(hex) *runc.arm64\n",
      "first/\(cni).sha256": "\(hex)  cni-plugins-linux-arm64-v1.9.2.tgz\n",
    ])
    let found = try await store.published(
      [
        .etcd("etcd", version: "v3.7.0", .arm64), .etcd("etcdctl", version: "v3.7.0", .arm64),
        .containerd("ctr", version: "2.3.5", .arm64), .runc(version: "v1.4.4", .arm64),
        .cniPlugin("bridge", version: "v1.9.2", .arm64),
      ], needed: 1)
    #expect(Set(found.map(\.entry.checksum.hex)) == [hex])
    #expect(found.map(\.entry.name) == ["containerd", "cni-plugins", "etcd", "runc"])
  }

  @Test func `What a lock file names already is left alone`() async throws {
    let known = LockedFile(
      name: "kubelet", version: "v1.37.2", architecture: .arm64, path: path, checksum: .of(Data("kubelet".utf8)))
    let store = try ArtifactStore(
      cache: "\(scratch.path)/cache", source: .mirror("http://127.0.0.1:1"), lock: ArtifactLock(files: [known]),
      http: HTTPClient())
    #expect(try await store.published([kubelet]).isEmpty)
  }

  @Test func `A folder that lacks many files names all of them at once`() async throws {
    let names = ["kubelet", "kube-proxy", "kubectl"]
    let paths = names.map { "release/v1.37.2/bin/linux/arm64/\($0)" }
    try scratch.write("folder/\(paths[0])", Data("kubelet".utf8))
    let entries = zip(names, paths).map {
      LockedFile(name: $0, version: "v1.37.2", architecture: .arm64, path: $1, checksum: .of(Data("kubelet".utf8)))
    }
    let store = try ArtifactStore(
      cache: "\(scratch.path)/cache", source: .folder("\(scratch.path)/folder"), lock: ArtifactLock(files: entries),
      http: HTTPClient())
    let error = try await #require(throws: HearthError.self) {
      try await store.fetch(names.map { .kubernetes($0, version: "v1.37.2", .arm64) })
    }
    #expect(error.code == .local && error.message.contains("2 files"))
    #expect(error.output == paths.dropFirst().sorted())
  }
}
