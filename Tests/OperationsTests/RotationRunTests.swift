import Diagnostics
import Foundation
import Operations
import PKI
import TestSupport
import Testing

/// Authorities are replaced on one control plane and two workers of values, with real keys.
struct RotationRunTests {
  private static func rotate(until: AuthorityRotation.Stage = .drop) -> @Sendable (FakeRack) async throws -> Void {
    { rack in try await RotateAuthorities(rack, RotateAuthorities.Options(until: until) { _ in }).run() }
  }

  private static func rack(
    in folder: String, _ prepare: (inout FakeRack.State) -> Void = { _ in },
    watch: @escaping @Sendable (inout FakeRack.State, String) -> Void = { _, _ in }
  ) throws -> FakeRack {
    try FakeRack(
      "certs rotate-ca", folder: folder,
      {
        $0.isInOrder = true
        prepare(&$0)
      }, watch: watch)
  }

  private static func own(_ folder: TemporaryFolder) throws -> Authority? {
    try AuthorityStore(folder: "\(folder.path)/pki").load()
  }

  /// Only one authority is trusted, Secrets have one key, and nothing of the rotation is left.
  private static func isSettled(_ folder: TemporaryFolder) throws -> Bool {
    guard let own = try own(folder) else { return false }
    return own.cluster.alsoTrusted.isEmpty && own.encryptionStage == .settled && own.lineage.count == 1
      && !FileManager.default.fileExists(atPath: "\(folder.path)/rotation/next")
  }

  @Test func controlPlanesComeFirstInEachRound() async throws {
    let folder = try TemporaryFolder()
    let rack = try Self.rack(in: folder.path)
    #expect(await rack.run(Self.rotate()) == [])
    let round = ["apply quiet-pi1", "apply authorities-pi1", "apply authorities-pi2", "apply authorities-pi3"]
    #expect(Array(rack.now.log.prefix(5)) == ["hold"] + round)
    // Three rounds for authorities, three for the key of Secrets.
    #expect(rack.now.log.count { $0 == "apply authorities-pi1" } == 6)
    #expect(try Self.isSettled(folder))
  }

  @Test func itEndsWhereItIsToldAndGoesOnFromThere() async throws {
    let folder = try TemporaryFolder()
    let rack = try Self.rack(in: folder.path)
    #expect(await rack.run(Self.rotate(until: .trust)) == [])
    #expect(try Self.own(folder)?.cluster.alsoTrusted.count == 1)
    #expect(rack.now.log.count { $0.hasPrefix("apply authorities") } == 3)
    #expect(await rack.run(Self.rotate()) == [])
    #expect(try Self.isSettled(folder))
  }

  @Test func aHostThatFailsKeepsBothTrustedAndTheOthersUntouched() async throws {
    let folder = try TemporaryFolder()
    let rack = try Self.rack(in: folder.path) { $0.failing = ["pi2": "authorities-pi2"] }
    #expect(await rack.run(Self.rotate()).map(\.code) == [.cluster])
    #expect(!rack.now.log.contains("apply authorities-pi3"))
    #expect(try Self.own(folder)?.cluster.alsoTrusted.count == 1)
    rack.change {
      $0.failing = [:]
      $0.failures = []
    }
    #expect(await rack.run(Self.rotate()) == [])
    #expect(try Self.isSettled(folder))
  }

  @Test func interruptedAnywhereItGoesOnToOneAuthority() async throws {
    let whole = try TemporaryFolder()
    let first = try Self.rack(in: whole.path)
    #expect(await first.run(Self.rotate()) == [])
    for last in 1..<(first.now.log.count - 1) where first.now.log[last - 1] != "release" {
      let folder = try TemporaryFolder()
      let rack = try Self.rack(
        in: folder.path,
        watch: { state, _ in
          if state.log.count == last { state.isStopping = true }
        })
      let errors = await rack.run(Self.rotate())
      #expect(errors.allSatisfy { $0.code == .cancelled } && !errors.isEmpty, "\(last): \(errors)")
      #expect(rack.now.log.last == "release")
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.rotate()) == [], "\(last)")
      #expect(try Self.isSettled(folder), "\(last)")
    }
  }
}
