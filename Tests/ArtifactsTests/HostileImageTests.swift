import Diagnostics
import Foundation
import HTTP
import Templates
import TestSupport
import Testing

@testable import Artifacts

#if canImport(Glibc)
  import Glibc
#endif

/// Archives that were made to do harm: nothing outside of them is opened, nothing is waited for, nothing unpacks without
/// end.
@Suite struct HostileImageTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder("hearth-hostile-image") }

  private func run(_ words: String...) throws { try Command.run(words) }

  private func write(_ name: String, _ text: String) throws {
    let file = scratch.file(name)
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  /// An OCI archive of one image with a layer of this digest, named so many times; `parts` is run in the folder before it
  /// is packed.
  private func archive(layer: String, times: Int = 1, bytes: String = "1", parts: String = "true") throws -> String {
    let descriptor = #"{"mediaType":"l","digest":"\#(layer)","size":\#(bytes)}"#
    let layers = Array(repeating: descriptor, count: times).joined(separator: ",")
    let config = #"{"architecture":"arm64","os":"linux","config":{"Cmd":["/app"]}}"#
    let configDigest = Checksum.of(Array(config.utf8))
    let manifest =
      #"{"config":{"mediaType":"c","digest":"\#(configDigest)","size":1},"layers":[\#(layers)]}"#
    let manifestDigest = Checksum.of(Array(manifest.utf8))
    try write("oci/blobs/sha256/\(configDigest.hex)", config)
    try write("oci/blobs/sha256/\(manifestDigest.hex)", manifest)
    try write(
      "oci/index.json",
      #"{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(manifestDigest)","size":1}]}"#
    )
    try run("sh", "-c", "cd '\(scratch.path)/oci' && \(parts) && tar -cf ../image.tar .")
    return scratch.file("image.tar")
  }

  private static let hex = String(repeating: "a", count: 64)

  @Test(arguments: [
    "sha256:../../../../../../../../etc/passwd", "sha256:..", "../../etc/passwd", "sha256:/etc/passwd", "",
    "sha256:" + String(repeating: "A", count: 64), "sha256:" + String(repeating: "a", count: 63),
    "sha1:" + String(repeating: "a", count: 40), "sha256:a/../../x", "sha256:%2e%2e",
  ])
  func `A digest that is none names no file`(digest: String) async throws {
    let archive = try archive(layer: digest)
    await #expect(throws: HearthError.self) { try await ImageArchive(path: archive).inspect(for: [.arm64]) }
  }

  @Test(arguments: [
    "mkfifo blobs/sha256/\(hex)", "ln -s /dev/zero blobs/sha256/\(hex)", "ln -s /etc/passwd blobs/sha256/\(hex)",
    "mkdir blobs/sha256/\(hex)", "ln -s ../../../../../../../../etc/passwd blobs/sha256/\(hex)",
  ])
  func `A layer that is not a file of the archive is a missing part`(parts: String) async throws {
    let archive = try archive(layer: "sha256:\(Self.hex)", parts: parts)
    let error = await #expect(throws: HearthError.self) {
      try await ImageArchive(path: archive).inspect(for: [.arm64])
    }
    #expect(error?.message.contains("parts of the image are missing") == true)
  }

  /// An empty archive, which is a layer without files.
  private static let emptyLayer = Checksum.of([UInt8](repeating: 0, count: 10_240))

  @Test(arguments: [(1, true), (30, true), (1001, false), (20_000, false)])
  func `A layer is not unpacked as often as a manifest likes`(times: Int, isRead: Bool) async throws {
    let archive = try archive(
      layer: "\(Self.emptyLayer)", times: times,
      parts: "head -c 10240 /dev/zero >blobs/sha256/\(Self.emptyLayer.hex)")
    let image = ImageArchive(path: archive)
    if isRead {
      #expect(try await image.inspect(for: [.arm64]).variants.map(\.bytes) == [63 + 10_240 * times])
    } else {
      let error = await #expect(throws: HearthError.self) { try await image.inspect(for: [.arm64]) }
      #expect(error?.message.contains("more than 1000") == true)
    }
    let nowhere = try ImageReference("127.0.0.1:1/x:1")
    let http = HTTPClient(
      options: HTTPOptions(
        retries: RetryPolicy(attempts: 1, base: .milliseconds(5), ceiling: .milliseconds(5)), proxy: ""))
    let push = await #expect(throws: HearthError.self) {
      try await image.push(to: nowhere, access: .push(nil), http: http)
    }
    #expect(push?.message.contains("it names more than 1000 parts") == !isRead)
  }

  @Test(arguments: ["-1", "-9223372036854775808", "9223372036854775807", "0"])
  func `An image is as large as its files are, whatever its manifest claims`(bytes: String) async throws {
    let archive = try archive(
      layer: "\(Self.emptyLayer)", bytes: bytes, parts: "head -c 10240 /dev/zero >blobs/sha256/\(Self.emptyLayer.hex)")
    #expect(try await ImageArchive(path: archive).inspect(for: [.arm64]).variants.map(\.bytes) == [63 + 10_240])
  }

  @Test func `A named pipe as index or as archive is not waited for`() async throws {
    try run("sh", "-c", "cd '\(scratch.path)' && mkdir x && mkfifo x/index.json pipe && tar -cf x.tar -C x .")
    await #expect(throws: HearthError.self) {
      try await ImageArchive(path: scratch.file("x.tar")).inspect(for: [.arm64])
    }
    let error = await #expect(throws: HearthError.self) {
      try await ImageArchive(path: scratch.file("pipe")).inspect(for: [.arm64])
    }
    #expect(error?.message == "this is a named pipe, not a file")
  }

  @Test func `A file whose name looks like a host's is a file`() async throws {
    try run("sh", "-c", "cd '\(scratch.path)' && mkdir x && touch x/f && tar -cf 'web:1.0.tar' --force-local -C x .")
    let error = await #expect(throws: HearthError.self) {
      try await ImageArchive(path: scratch.file("web:1.0.tar")).inspect(for: [.arm64])
    }
    #expect(error?.message.contains("neither index.json nor manifest.json") == true)
  }

  @Test(arguments: [
    (TarLimits(bytes: 100_000, entries: 100), "truncate -s 1T x/sparse", "bytes", "--sparse"),
    (TarLimits(bytes: 100_000, entries: 100), "head -c 200000 /dev/zero >x/file", "bytes", "--gzip"),
    (TarLimits(bytes: 1 << 30, entries: 10), "for i in $(seq 20); do touch x/$i; done", "files", "--gzip"),
    (
      TarLimits(bytes: 1 << 30, entries: 1000, pathBytes: 200), "mkdir -p x/$(printf 'd%.0s/' $(seq 200))", "a path",
      "--gzip"
    ),
  ])
  func `An archive that unpacks beyond its limits is refused unopened`(
    limits: TarLimits, parts: String, words: String, flag: String
  ) async throws {
    try run("bash", "-c", "cd '\(scratch.path)' && mkdir x && \(parts) && tar \(flag) -cf x.tar x")
    let error = await #expect(throws: HearthError.self) { try await limits.check(scratch.file("x.tar")) }
    #expect(error?.code == .refused)
    #expect(error?.message.contains(words) == true)
    try await TarLimits.image.check(scratch.file("y.tar", copyOf: "x.tar", unless: parts.contains("1T")))
  }

  @Test func `Layers keep the limits together`() async throws {
    try run("bash", "-c", "cd '\(scratch.path)' && head -c 60000 /dev/zero >layer && tar -cf layer.tar layer")
    try run("bash", "-c", "cd '\(scratch.path)' && echo x >small && tar -cf small.tar small")
    var limits = TarLimits(bytes: 100_000, entries: 100)
    try await limits.count(scratch.file("layer.tar"))
    let error = await #expect(throws: HearthError.self) { try await limits.count(scratch.file("layer.tar")) }
    #expect(error?.code == .refused)
    try await limits.check(scratch.file("small.tar"))

    var few = TarLimits(bytes: 1 << 30, entries: 3)
    for _ in 0..<3 { try await few.count(scratch.file("small.tar")) }
    await #expect(throws: HearthError.self) { try await few.count(scratch.file("small.tar")) }
  }

  @Test func `What a killed run left is removed by the next one, and what a living one holds is not`() throws {
    let name = "hearth-test-\(UInt32.random(in: 0 ... .max))"
    let living = try ScratchFolder(name)
    let dead = NSTemporaryDirectory() + "/\(name)-0-0"
    try FileManager.default.createDirectory(atPath: dead + "/content", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: dead + "/.lock"))
    let foreign = NSTemporaryDirectory() + "/\(name)-1-1"
    try FileManager.default.createDirectory(atPath: foreign, withIntermediateDirectories: true)
    let next = try ScratchFolder(name)
    #expect(!FileManager.default.fileExists(atPath: dead))
    #expect(FileManager.default.fileExists(atPath: living.path))
    #expect(FileManager.default.fileExists(atPath: foreign), "without a lock it is none of ours")
    for folder in [living.path, next.path, foreign] { try? FileManager.default.removeItem(atPath: folder) }
  }

  @Test(arguments: [
    "index.json: {\"manifests\":[{\"mediaType\":\"m\",\"digest\":\"d\",\"size\":9223372036854775807}]}",
    "index.json: {\"manifests\":[{\"mediaType\":\"m\",\"digest\":\"d\",\"size\":-1}]}",
    "index.json: {\"manifests\":[]}",
    "index.json: []", "manifest.json: [{\"Config\":\"../../../etc/passwd\",\"Layers\":[\"/dev/zero\"]}]",
    "manifest.json: [{\"Config\":\"manifest.json\",\"Layers\":[]}]",
    "index.json: " + String(repeating: "[", count: 100_000),
  ])
  func `A description of nonsense is a broken image`(file: String) async throws {
    let parts = file.split(separator: ": ", maxSplits: 1).map(String.init)
    try write("x/\(parts[0])", parts[1])
    try run("tar", "-cf", scratch.file("x.tar"), "-C", scratch.file("x"), ".")
    await #expect(throws: HearthError.self) {
      try await ImageArchive(path: scratch.file("x.tar")).inspect(for: [.arm64])
    }
  }

  @Test(arguments: [
    "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
    String(repeating: "[", count: 100_000), "",
  ])
  func `A lock file that was made to do harm is refused`(yaml: String) {
    #expect(throws: HearthError.self) { try ArtifactLock(yaml: yaml, file: "artifacts.lock.yaml") }
  }
}

extension TemporaryFolder {
  /// A copy of a file, or of nothing but an empty archive where the file is too large for any limit.
  fileprivate func file(_ name: String, copyOf other: String, unless isLarge: Bool) throws -> String {
    if isLarge {
      try Command.run(["tar", "-cf", file(name), "-T", "/dev/null"])
    } else {
      try FileManager.default.copyItem(atPath: file(other), toPath: file(name))
    }
    return file(name)
  }
}
