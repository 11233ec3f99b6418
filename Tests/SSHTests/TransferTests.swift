import Diagnostics
import Foundation
import SSH
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: Rig.missing() == nil, "needs \(Rig.missing() ?? "nothing")"))
struct TransferTests {
  private func noise(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return stride(from: 0, to: count, by: 8).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
  }

  private func sha256(_ file: String) throws -> String {
    String(try Command.run("sha256sum", file).prefix(64))
  }

  @Test func bytesArriveWithModeAndOwner() async throws {
    let rig = try Rig(), shell = try await rig.shell()
    let path = rig.daemon.folder.file("it's a file")
    try await shell.upload(
      .bytes(Array("content\n".utf8)), to: path, mode: 0o640, owner: "nobody:daemon", progress: nil)
    #expect(try rig.daemon.folder.read("it's a file") == "content\n")
    #expect(try Command.run("stat", "-c", "%a %U:%G", path) == "640 nobody:daemon")
    #expect(await shell.execCount == 1)
    await shell.close()
  }

  @Test func emptyFileArrives() async throws {
    let rig = try Rig(), shell = try await rig.shell()
    try await shell.upload(.bytes([]), to: rig.daemon.folder.file("empty"), mode: 0o600, owner: "root", progress: nil)
    #expect(try rig.daemon.folder.read("empty") == "")
    await shell.close()
  }

  @Test(arguments: [false, true]) func fileArrivesWhole(gzipped: Bool) async throws {
    let rig = try Rig(), shell = try await rig.shell(), folder = rig.daemon.folder
    let source = folder.file("source"), target = folder.file("target"), progress = Progress()
    try Data(noise(5_000_003)).write(to: URL(fileURLWithPath: source))
    if gzipped { try Command.run("gzip", "-k", source) }
    let sent = gzipped ? source + ".gz" : source
    try await shell.upload(
      .file(path: source, sha256: try sha256(source), gzipped: gzipped ? sent : nil), to: target, mode: 0o755,
      owner: "root:root", progress: { progress.add($0, $1) })
    #expect(try sha256(target) == sha256(source))
    let size = try #require(try FileManager.default.attributesOfItem(atPath: sent)[.size] as? Int)
    #expect(progress.last == [size, size])
    #expect(progress.isRising)
    await shell.close()
  }

  @Test func wrongChecksumLeavesTheOldFile() async throws {
    let rig = try Rig(), shell = try await rig.shell(), folder = rig.daemon.folder
    try folder.write("target", "old")
    try folder.write("source", "new")
    let error = await #expect(throws: HearthError.self) {
      try await shell.upload(
        .file(path: folder.file("source"), sha256: String(repeating: "0", count: 64)), to: folder.file("target"),
        mode: 0o600, owner: "root", progress: nil)
    }
    #expect(error?.code == .checksum)
    #expect(try folder.read("target") == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.contains(".hearth-") })
    await shell.close()
  }

  @Test func missingFolderAndUserAndFullDiskAreNamed() async throws {
    let rig = try Rig(), shell = try await rig.shell(), folder = rig.daemon.folder
    func failure(_ path: String, owner: String = "root", bytes: Int = 10) async -> HearthError? {
      do throws(HearthError) {
        try await shell.upload(.bytes(noise(bytes)), to: path, mode: 0o600, owner: owner, progress: nil)
        return nil
      } catch {
        return error
      }
    }
    #expect(await failure(folder.file("no/such/file"))?.message.contains("does not exist") == true)
    #expect(await failure(folder.file("x"), owner: "nobodyatall")?.message.contains("cannot be given to") == true)
    try FileManager.default.createDirectory(atPath: folder.file("small"), withIntermediateDirectories: false)
    try Command.run("mount", "-t", "tmpfs", "-o", "size=64k", "none", folder.file("small"))
    defer { _ = try? Command.run("umount", folder.file("small")) }
    #expect(await failure(folder.file("small/x"), bytes: 1 << 20)?.message.contains("no space left") == true)
    await shell.close()
  }

  @Test func downloadComesBackWhole() async throws {
    let rig = try Rig(), shell = try await rig.shell(), folder = rig.daemon.folder, progress = Progress()
    try Data(noise(5_000_000)).write(to: URL(fileURLWithPath: folder.file("source")))
    try await shell.download(folder.file("source"), to: folder.file("copy")) { progress.add($0, $1) }
    #expect(try sha256(folder.file("copy")) == sha256(folder.file("source")))
    #expect(progress.last == [5_000_000, 5_000_000])
    let error = await #expect(throws: HearthError.self) {
      try await shell.download(folder.file("nothing"), to: folder.file("copy2"))
    }
    #expect(error?.message.contains("cannot read") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.file("copy2")))
    await shell.close()
  }
}

private final class Progress: Sendable {
  private let steps = Mutex<[[Int]]>([])
  func add(_ done: Int, _ total: Int) { steps.withLock { $0.append([done, total]) } }
  var last: [Int]? { steps.withLock { $0.last } }
  var isRising: Bool { steps.withLock { steps in zip(steps, steps.dropFirst()).allSatisfy { $0[0] <= $1[0] } } }
}
