import Artifacts
import Diagnostics
import Foundation
import Operations
import PKI
import TestSupport
import Testing

@testable import Bootstrap

/// One control plane and two workers of values go back to a backup.
struct RestoreRunTests {
  private static func archive(_ snapshot: String = "s") throws -> BackupArchive {
    BackupArchive(
      manifest: BackupManifest(
        format: 1, cluster: "home", host: "pi1", created: "2026-11-24T09:46:01Z", kubernetes: "v1.36.2", revision: 1,
        snapshotSHA256: snapshot),
      authority: try Authority.create(cluster: "home"), snapshot: .init(path: "/s", sha256: snapshot, bytes: 1),
      records: [:], inventory: nil)
  }

  private static func restore(
    _ archive: BackupArchive, refused: Bool = false
  ) -> @Sendable (FakeRack) async throws -> Void {
    { rack in
      try await Restore(rack, archive).run { _ throws(HearthError) in
        if refused { throw HearthError(.refused, "cancelled, nothing was changed") }
      }
    }
  }

  @Test func everythingStopsBeforeEtcdIsMadeFromTheBackup() async throws {
    let folder = try TemporaryFolder()
    let rack = try FakeRack("restore", folder: folder.path)
    let archive = try Self.archive()
    #expect(await rack.run(Self.restore(archive)) == [])
    let applied = rack.now.log.filter { $0.hasPrefix("apply ") }.map { String($0.dropFirst(6)) }
    let stop = try #require(applied.firstIndex(of: "stop"))
    #expect(Array(applied[stop...(stop + 1)]) == ["stop", "restore"])
    #expect(applied[..<stop].contains("software") && applied[(stop + 2)...].contains("start"))
    #expect(!RestoreRecord(rack).isUnfinished)
    #expect(
      try AuthorityStore(folder: "\(folder.path)/pki").load()?.cluster.fingerprint
        == archive.authority.cluster.fingerprint)
  }

  @Test func nothingBeginsWhereSomebodyElseWorksOrSaysNo() async throws {
    let folder = try TemporaryFolder()
    let archive = try Self.archive()
    let held = try FakeRack("restore", folder: folder.path, { $0.holder = "anna@laptop" })
    #expect(Set(await held.run(Self.restore(archive)).map(\.code)) == [.locked])
    let refused = try FakeRack("restore", folder: folder.path)
    #expect(await refused.run(Self.restore(archive, refused: true)).map(\.code) == [.refused])
    #expect(held.now.done == [] && refused.now.done == [])
    #expect(try AuthorityStore(folder: "\(folder.path)/pki").load() == nil)
  }

  @Test func aHostThatFailsEndsItAndTheSameRestoreGoesOn() async throws {
    let folder = try TemporaryFolder()
    let rack = try FakeRack("restore", folder: folder.path, { $0.failing = ["pi1": "restore"] })
    let archive = try Self.archive()
    #expect(await rack.run(Self.restore(archive)).map(\.code) == [.remoteCommand])
    #expect(!rack.now.log.contains("apply start"))
    let record = RestoreRecord(rack)
    #expect(record.isUnfinished)
    let id = try record.id(for: "s")
    #expect(try record.id(for: "s") == id)
    rack.change {
      $0.failing = [:]
      $0.failures = []
    }
    #expect(await rack.run(Self.restore(archive)) == [])
    #expect(!record.isUnfinished)
  }

  @Test func interruptedAnywhereItGoesOn() async throws {
    let archive = try Self.archive()
    let folder = try TemporaryFolder()
    let first = try FakeRack("restore", folder: folder.path)
    #expect(await first.run(Self.restore(archive)) == [])
    for last in 1..<first.now.log.count {
      let folder = try TemporaryFolder()
      let rack = try FakeRack(
        "restore", folder: folder.path, watch: { state, _ in if state.log.count == last { state.isStopping = true } })
      #expect(await rack.run(Self.restore(archive)).map(\.code) == [.cancelled], "\(last)")
      #expect(rack.now.log.last == "release" && RestoreRecord(rack).isUnfinished)
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.restore(archive)) == [], "\(last)")
      #expect(!RestoreRecord(rack).isUnfinished)
    }
  }

  @Test func aClusterWithAQuorumGivesNothingUp() async throws {
    let rack = try FakeRack("restore", planes: 3)
    let errors = await rack.run { rack in try await Survive(rack, "pi1").run { _ in } }
    #expect(errors.map(\.code) == [.refused])
    #expect(await rack.run { rack in try await Survive(rack, "pi5").run { _ in } }.map(\.code) == [.usage])
    #expect(rack.now.log == [])
  }
}
