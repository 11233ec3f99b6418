import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import Provision
import TestSupport
import Testing

/// One control plane and two workers of values become what their inventory says.
struct UpTests {
  private static func up(
    saved: SavedPlan? = nil, refused: Bool = false, leaves: Bool = false, isUnproven: Bool = false
  ) -> @Sendable (FakeRack) async throws -> Void {
    { rack in
      let options = Up.Options(
        saved: saved,
        approve: { _ in if refused { throw HearthError(.refused, "cancelled, nothing was changed") } },
        leave: { _ in leaves }, isUnproven: { isUnproven }, mergeKubeconfig: { rack.did("kubeconfig") },
        smoke: { rack.did("smoke") })
      try await Up(rack, options).run()
    }
  }

  /// Hosts of which nothing is a cluster yet.
  private static func rack(
    in folder: TemporaryFolder, _ prepare: (inout FakeRack.State) -> Void = { _ in },
    watch: @escaping @Sendable (inout FakeRack.State, String) -> Void = { _, _ in }
  ) throws -> FakeRack {
    try FakeRack(
      "up", folder: folder.path, fresh: ["pi1", "pi2", "pi3"],
      {
        $0.nodes = [:]
        $0.members = []
        prepare(&$0)
      }, watch: watch)
  }

  @Test func everyPhaseIsAppliedThenProved() async throws {
    let rack = try Self.rack(in: try TemporaryFolder())
    #expect(await rack.run(Self.up()) == [])
    let applied = rack.now.log.filter { $0.hasPrefix("apply ") }
    #expect(applied.count > 3 && Array(rack.now.log.suffix(2)) == ["kubeconfig", "smoke"])
    let length = rack.now.log.count
    #expect(await rack.run(Self.up()) == [])
    #expect(rack.now.log.count == length)
    // The last run came to no end.
    #expect(await rack.run(Self.up(isUnproven: true)) == [])
    #expect(Array(rack.now.log.dropFirst(length)) == ["kubeconfig", "smoke"])
  }

  @Test func aWorkerThatFailsKeepsTheProofAwayAndTheNextRunGoesOn() async throws {
    let folder = try TemporaryFolder()
    let rack = try Self.rack(in: folder) { $0.failing = ["pi3": "software"] }
    #expect(await rack.run(Self.up()) == [])
    #expect(rack.now.failures.map(\.subject.host).contains("pi3"))
    #expect(rack.now.log.contains("kubeconfig") && !rack.now.log.contains("smoke"))
    rack.change {
      $0.failing = [:]
      $0.failures = []
    }
    #expect(await rack.run(Self.up()) == [])
    #expect(rack.now.log.last == "smoke")
  }

  @Test func aControlPlaneThatFailsGivesNoKubeconfig() async throws {
    let rack = try Self.rack(in: try TemporaryFolder()) { $0.failing = ["pi1": "software"] }
    #expect(await rack.run(Self.up()) == [])
    #expect(!rack.now.log.contains("kubeconfig") && !rack.now.log.contains("smoke"))
  }

  @Test func nothingHappensWithoutApproval() async throws {
    let rack = try Self.rack(in: try TemporaryFolder())
    #expect(await rack.run(Self.up(refused: true)).map(\.code) == [.refused])
    #expect(rack.now.log == [])
  }

  @Test func aSavedPlanIsDoneOnlyIfItIsStillWhatWouldHappen() async throws {
    let folder = try TemporaryFolder()
    let rack = try Self.rack(in: folder)
    let saved = try await rack.plan(forChange: false).saved
    let other = try Self.rack(in: folder) { $0.done = ["software@pi2"] }
    #expect(await other.run(Self.up(saved: saved)).map(\.code) == [.refused])
    #expect(other.now.log == [])
    #expect(await rack.run(Self.up(saved: saved, refused: true)) == [])
    #expect(rack.now.log.last == "smoke")
    // Done already: there is nothing to compare.
    #expect(await rack.run(Self.up(saved: saved)) == [])
  }

  @Test func nodesWithoutALineAreSettledFirst() async throws {
    let folder = try TemporaryFolder()
    let prepare: (inout FakeRack.State) -> Void = {
      $0.nodes["pi9"] = FakeRack.LivingNode(version: .current)
    }
    let rack = try Self.rack(in: folder, prepare)
    let errors = await rack.run(Self.up())
    #expect(errors.map(\.code) == [.refused] && errors.map(\.command) == ["hearth node remove pi9"])
    #expect(rack.now.log == [])
    #expect(await rack.run(Self.up(leaves: true)) == [])
    #expect(rack.now.log.last == "smoke")
  }

  @Test func anUnfinishedRestoreIsOverWhereEveryHostDidItsPart() async throws {
    let folder = try TemporaryFolder()
    let rack = try Self.rack(in: folder) { $0.failing = ["pi3": "software"] }
    _ = try RestoreRecord(rack).id(for: "backup")
    #expect(await rack.run(Self.up()) == [])
    #expect(RestoreRecord(rack).isUnfinished)
    rack.change {
      $0.failing = [:]
      $0.failures = []
    }
    #expect(await rack.run(Self.up()) == [])
    #expect(!RestoreRecord(rack).isUnfinished)
  }

  /// After any one thing that it does.
  @Test func interruptedAnywhereItGoesOnToTheEnd() async throws {
    let folder = try TemporaryFolder()
    let whole = try Self.rack(in: folder)
    #expect(await whole.run(Self.up()) == [])
    // Nothing is left to be stopped after the proof.
    for last in 1..<whole.now.log.count {
      let rack = try Self.rack(
        in: folder, watch: { state, _ in if state.log.count == last { state.isStopping = true } })
      let errors = await rack.run(Self.up())
      let place = "after \(rack.now.log[last - 1])"
      #expect(errors.map(\.code) == [.cancelled], "\(place): \(errors)")
      #expect(rack.now.log.count == last, "\(place): \(rack.now.log)")
      rack.change { $0.isStopping = false }
      // As the journal says of a run that was stopped.
      #expect(await rack.run(Self.up(isUnproven: true)) == [], "\(place)")
      #expect(rack.now.log.last == "smoke" && rack.now.done == whole.now.done, "\(place)")
    }
  }
}
