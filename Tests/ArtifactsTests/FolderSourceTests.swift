import Artifacts
import Diagnostics
import Foundation
import HTTP
import TestSupport
import Testing

/// The store over a folder in upstream's layout.
@Suite struct FolderSourceTests {
  let scratch: TemporaryFolder
  let kubelet = Artifact.kubernetes("kubelet", version: "v1.20.2", .amd64)
  let kubeletPath = "release/v1.20.2/bin/linux/amd64/kubelet"
  let bytes = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })

  init() throws {
    scratch = try TemporaryFolder("hearth-artifacts")
    try scratch.write("source/\(kubeletPath)", bytes)
  }

  func store(_ lock: ArtifactLock, compression: ArtifactStore.Compression = .never) throws -> ArtifactStore {
    try ArtifactStore(
      cache: scratch.path + "/cache", source: .folder(scratch.path + "/source/"), lock: lock, http: HTTPClient(),
      compression: compression)
  }

  func locked(_ path: String, _ checksum: Checksum) -> ArtifactLock {
    ArtifactLock(files: [
      LockedFile(name: "kubelet", version: "v1.20.2", architecture: .amd64, path: path, checksum: checksum)
    ])
  }

  @Test func `A locked file of the folder is used where it lies`() async throws {
    let file = try #require(try await store(locked(kubeletPath, .of(bytes))).fetch([kubelet])[kubelet])
    #expect(file.path == scratch.path + "/source/" + kubeletPath)
    #expect(file.sha256 == Checksum.of(bytes).hex)
    #expect(file.bytes == bytes.count)
    #expect(file.gzipped == nil)
  }

  @Test func `The compressed copy holds the same bytes`() async throws {
    let file = try #require(
      try await store(locked(kubeletPath, .of(bytes)), compression: .gzip).fetch([kubelet])[kubelet])
    let gzipped = try #require(file.gzipped)
    try scratch.shell("gzip -dc '\(gzipped)' >unzipped")
    #expect(try scratch.data("unzipped") == bytes)
  }

  @Test func `Without a lock entry nothing is installed and the error says how to make one`() async throws {
    let error = await #expect(throws: HearthError.self) { try await store(ArtifactLock()).fetch([kubelet]) }
    #expect(error?.code == .checksum)
    #expect(error?.command == "curl -fsSL https://dl.k8s.io/release/v1.20.2/bin/linux/amd64/kubelet | sha256sum")
  }

  @Test func `Bytes that change after they were verified are found`() async throws {
    let store = try store(locked(kubeletPath, .of(bytes)))
    _ = try await store.fetch([kubelet])
    var other = bytes
    other[1_000_000] ^= 1
    try scratch.write("source/\(kubeletPath)", other)
    let error = await #expect(throws: HearthError.self) { try await store.fetch([kubelet]) }
    #expect(error?.code == .checksum)
  }

  @Test func `A missing file is named`() async throws {
    try FileManager.default.removeItem(atPath: scratch.path + "/source/" + kubeletPath)
    let error = await #expect(throws: HearthError.self) {
      try await store(locked(kubeletPath, .of(bytes))).fetch([kubelet])
    }
    #expect(error?.code == .local)
    #expect(error?.message.contains(kubeletPath) == true)
  }

  @Test(arguments: [Checksum.Algorithm.sha256, .sha512])
  func `A program comes out of the server archive when only that is locked`(algorithm: Checksum.Algorithm) async throws
  {
    try scratch.write("tree/kubernetes/server/bin/kubelet", bytes)
    try scratch.write("tree/kubernetes/server/bin/kube-proxy", Data("another program".utf8))
    let path = "release/v1.20.2/kubernetes-server-linux-amd64.tar.gz"
    try scratch.shell("tar -C tree -czf source/\(path) ./kubernetes")
    let checksum = try Checksum.of(file: "\(scratch.path)/source/\(path)", algorithm)
    let proxy = Artifact.kubernetes("kube-proxy", version: "v1.20.2", .amd64)
    let files = try await store(locked(path, checksum)).fetch([kubelet, proxy])
    #expect(files[kubelet]?.sha256 == Checksum.of(bytes).hex)
    let proxyFile = try #require(files[proxy])
    #expect(try String(contentsOfFile: proxyFile.path, encoding: .utf8) == "another program")
  }

  @Test func `A damaged program in the cache is unpacked again`() async throws {
    try scratch.write("tree/kubernetes/server/bin/kubelet", bytes)
    let path = "release/v1.20.2/kubernetes-server-linux-amd64.tar.gz"
    try scratch.shell("tar -C tree -czf source/\(path) kubernetes")
    let store = try store(locked(path, try Checksum.of(file: "\(scratch.path)/source/\(path)")))
    let first = try #require(try await store.fetch([kubelet])[kubelet])
    chmod(first.path, 0o644)
    try Data("damaged".utf8).write(to: URL(fileURLWithPath: first.path))
    let second = try #require(try await store.fetch([kubelet])[kubelet])
    #expect(second == first)
    #expect(try Data(contentsOf: URL(fileURLWithPath: second.path)) == bytes)
  }

  @Test func `A link in place of a program is refused`() async throws {
    try scratch.shell("mkdir -p tree/kubernetes/server/bin && ln -s /etc/passwd tree/kubernetes/server/bin/kubelet")
    let path = "release/v1.20.2/kubernetes-server-linux-amd64.tar.gz"
    try scratch.shell("tar -C tree -czf source/\(path) kubernetes")
    let checksum = try Checksum.of(file: "\(scratch.path)/source/\(path)")
    let error = await #expect(throws: HearthError.self) { try await store(locked(path, checksum)).fetch([kubelet]) }
    #expect(error?.message.contains("is not a plain file") == true)
  }
}
