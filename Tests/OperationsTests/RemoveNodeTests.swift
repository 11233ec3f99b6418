import Bootstrap
import Diagnostics
import Inventory
import Operations
import Provision
import Testing

/// Nodes leave three control planes and two workers of values.
struct RemoveNodeTests {
  private static func remove(_ name: String) -> @Sendable (FakeRack) async throws -> Void {
    { rack in try await RemoveNode(rack, name, RemoveNode.Options { _ in }).run() }
  }

  private static func rack(
    _ prepare: (inout FakeRack.State) -> Void = { _ in },
    watch: @escaping @Sendable (inout FakeRack.State, String) -> Void = { _, _ in }
  ) throws -> FakeRack {
    try FakeRack("node remove", planes: 3, workers: 2, prepare, watch: watch)
  }

  @Test func aWorkerIsDrainedForgottenAndDeleted() async throws {
    let rack = try Self.rack()
    #expect(await rack.run(Self.remove("pi5")) == [])
    #expect(rack.now.log == ["hold", "cordon pi5", "apply neighbours", "apply node", "release"])
    #expect(rack.now.nodes["pi5"] == nil && rack.now.members.count == 3)
  }

  @Test func aControlPlaneStopsBeforeItsMemberGoes() async throws {
    let rack = try Self.rack()
    #expect(await rack.run(Self.remove("pi2")) == [])
    #expect(
      rack.now.log == [
        "hold", "cordon pi2", "apply neighbours", "apply stop pi2", "apply etcd", "apply node", "release",
      ])
    #expect(rack.now.members.map(\.name) == ["pi1", "pi3"])
  }

  struct Silence: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var isReady: Bool
    var isAlive: Bool
    var isDrained: Bool
  }

  /// Nobody can log in: whether its pods can be asked to end is told by its lease.
  @Test(arguments: [
    Silence(testDescription: "the cluster knows that it is dead", isReady: false, isAlive: false, isDrained: false),
    Silence(testDescription: "the cluster believes in it still", isReady: true, isAlive: false, isDrained: false),
    Silence(testDescription: "it works", isReady: true, isAlive: true, isDrained: true),
  ])
  func aSilentNode(_ sample: Silence) async throws {
    let rack = try Self.rack {
      $0.silent = ["pi5"]
      $0.nodes["pi5"]?.isReady = sample.isReady
      $0.nodes["pi5"]?.isAlive = sample.isAlive
    }
    #expect(await rack.run(Self.remove("pi5")) == [])
    #expect(rack.now.log.contains("cordon pi5") == sample.isDrained)
    #expect(rack.now.nodes["pi5"] == nil)
  }

  @Test func aMajorityIsNotGivenUp() async throws {
    let rack = try Self.rack { $0.members[2].isHealthy = false }
    #expect(await rack.run(Self.remove("pi2")).map(\.code) == [.refused])
    #expect(rack.now.log == [])
    // The dead one may go.
    #expect(await rack.run(Self.remove("pi3")) == [])
  }

  @Test func podsThatMayNotBeEvictedKeepItsMemberAndItsHost() async throws {
    let rack = try Self.rack { $0.nodes["pi2"]?.isHeld = true }
    #expect(await rack.run(Self.remove("pi2")).map(\.code) == [.timedOut])
    #expect(rack.now.log == ["hold", "cordon pi2", "release"])
    #expect(rack.now.members.count == 3)
  }

  @Test func aFailureOnTheWayIsGoneOnFromThere() async throws {
    let rack = try Self.rack { $0.failing = ["pi1": "etcd"] }
    #expect(await rack.run(Self.remove("pi2")).map(\.code) == [.cluster])
    #expect(rack.now.nodes["pi2"] != nil)
    rack.change {
      $0.failing = [:]
      $0.failures = []
    }
    #expect(await rack.run(Self.remove("pi2")) == [])
    #expect(rack.now.nodes["pi2"] == nil && rack.now.members.count == 2)
  }

  @Test func nothingHappensUnderSomebodyElsesHands() async throws {
    let rack = try Self.rack { $0.holder = "anna@laptop" }
    #expect(Set(await rack.run(Self.remove("pi5")).map(\.code)) == [.locked])
    #expect(rack.now.log == [])
  }

  @Test func interruptedAnywhereItSaysWhatStaysCordonedAndGoesOn() async throws {
    let whole = try Self.rack()
    #expect(await whole.run(Self.remove("pi2")) == [])
    for last in 1..<(whole.now.log.count - 1) {
      let rack = try Self.rack(watch: { state, _ in if state.log.count == last { state.isStopping = true } })
      let errors = await rack.run(Self.remove("pi2"))
      #expect(errors.map(\.code) == [.cancelled], "after \(last)")
      #expect(rack.now.log.last == "release")
      if !rack.now.log.contains("apply neighbours") {
        for node in rack.cordoned { #expect(errors.contains { $0.message.contains(node) }, "\(errors)") }
      }
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.remove("pi2")) == [])
      #expect(rack.now.nodes["pi2"] == nil && rack.now.members.count == 2)
    }
  }
}
