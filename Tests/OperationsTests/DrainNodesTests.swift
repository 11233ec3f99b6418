import Bootstrap
import Diagnostics
import Operations
import Testing

/// Nodes of one control plane and two workers of values are emptied, closed and opened.
struct DrainNodesTests {
  private static func change(
    _ change: DrainNodes.Change, _ names: [String] = ["pi2", "pi3"]
  ) -> @Sendable (FakeRack) async throws -> Void {
    { rack in try await DrainNodes(rack, names, change).run() }
  }

  @Test func oneNodeAfterAnotherIsEmptied() async throws {
    let rack = try FakeRack("node drain")
    #expect(await rack.run(Self.change(.drain(.init()))) == [])
    #expect(rack.now.log == ["hold", "cordon pi2", "cordon pi3", "release"])
    #expect(rack.now.actions == ["pi2 drained", "pi3 drained"])
    #expect(rack.now.nodes["pi2"]?.pods == [] && rack.now.nodes["pi3"]?.pods == [] && rack.cordoned == ["pi2", "pi3"])
  }

  @Test func whatIsCordonedKeepsItsPodsAndIsOpenedAgain() async throws {
    let rack = try FakeRack("node cordon")
    #expect(await rack.run(Self.change(.cordon)) == [])
    #expect(rack.now.nodes["pi2"]?.pods.count == 1 && rack.cordoned == ["pi2", "pi3"])
    #expect(await rack.run(Self.change(.uncordon)) == [])
    #expect(rack.cordoned == [])
    #expect(rack.now.actions.suffix(2) == ["pi2 uncordoned", "pi3 uncordoned"])
  }

  @Test func aNameThatTheClusterDoesNotKnowEndsItBeforeTheFirst() async throws {
    let rack = try FakeRack("node drain")
    #expect(await rack.run(Self.change(.drain(.init()), ["pi2", "pi9"])).map(\.code) == [.usage])
    #expect(rack.now.log == [])
  }

  @Test func nothingHappensUnderSomebodyElsesHands() async throws {
    let rack = try FakeRack("node drain", { $0.holder = "anna@laptop" })
    #expect(Set(await rack.run(Self.change(.drain(.init()))).map(\.code)) == [.locked])
    #expect(rack.now.log == [])
  }

  @Test func podsThatMayNotBeEvictedEndItBeforeTheNextNode() async throws {
    let rack = try FakeRack("node drain", { $0.nodes["pi2"]?.isHeld = true })
    #expect(await rack.run(Self.change(.drain(.init()))).map(\.code) == [.timedOut])
    #expect(rack.now.log == ["hold", "cordon pi2", "release"] && rack.now.actions == [])
  }

  @Test func aRefusalLeavesTheNodeOpen() async throws {
    let rack = try FakeRack("node drain", { $0.nodes["pi2"]?.bare = ["default/bare"] })
    let errors = await rack.run(Self.change(.drain(.init())))
    #expect(errors.map(\.code) == [.refused] && errors.first?.message.contains("default/bare") == true)
    #expect(rack.now.log == ["hold", "release"] && rack.now.nodes["pi2"]?.isCordoned == false)
  }

  @Test func podsOfASmokeTestHoldNothingUp() async throws {
    let rack = try FakeRack("node drain", { $0.nodes["pi2"]?.bare = ["hearth-smoke-1a2b/node-1"] })
    #expect(await rack.run(Self.change(.drain(.init()), ["pi2"])) == [])
    #expect(rack.now.log.contains("cordon pi2") && rack.now.nodes["pi2"]?.bare == [])
  }

  @Test func interruptedAnywhereItSaysHowToGoOnAndDoes() async throws {
    let whole = try FakeRack("node drain")
    #expect(await whole.run(Self.change(.drain(.init()))) == [])
    for last in 1..<(whole.now.log.count - 1) {
      let rack = try FakeRack(
        "node drain", watch: { state, _ in if state.log.count == last { state.isStopping = true } })
      let errors = await rack.run(Self.change(.drain(.init())))
      let place = "after \(rack.now.log[last - 1])"
      #expect(errors.map(\.code) == [.cancelled] && errors.allSatisfy { $0.hint != nil }, "\(place): \(errors)")
      #expect(rack.now.log.last == "release", "\(place)")
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.change(.drain(.init()))) == [], "\(place)")
      #expect(rack.cordoned == ["pi2", "pi3"], "\(place)")
      #expect(rack.now.nodes["pi2"]?.pods == [] && rack.now.nodes["pi3"]?.pods == [], "\(place)")
    }
  }
}
