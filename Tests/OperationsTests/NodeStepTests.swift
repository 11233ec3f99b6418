import Bootstrap
import Diagnostics
import Inventory
import Operations
import Testing

/// Steps are values: they are compared, not run.
struct NodeStepTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var system: ReplacementVerdict.System
    var sameHost: Bool
    var steps: [ReplaceNode.Step]
    var testDescription: String { "\(system)\(sameHost ? ", same host" : "")" }
  }

  @Test(arguments: [
    Case(system: .unknownToCluster, sameHost: false, steps: [.check(isCleaned: false), .add]),
    Case(system: .new, sameHost: false, steps: [.check(isCleaned: false), .remove(systemIsGone: true), .add]),
    Case(system: .new, sameHost: true, steps: [.check(isCleaned: false), .remove(systemIsGone: true), .add]),
    Case(system: .old, sameHost: false, steps: [.remove(systemIsGone: false), .handOver]),
    Case(system: .old, sameHost: true, steps: [.check(isCleaned: true), .remove(systemIsGone: false)]),
  ])
  func aReplacementGoesByWhoAnswers(_ sample: Case) {
    #expect(ReplaceNode.steps(sample.system, sameHost: sample.sameHost) == sample.steps)
  }

  @Test func updatesBeginWithWorkers() {
    let steps = SystemUpdates.steps(SampleNode.rack(planes: 3, workers: 2), [:])
    #expect(steps.map(\.node.name) == ["pi4", "pi5", "pi1", "pi2", "pi3"])
  }

  @Test func aNodeOfAnotherVersionIsNotAdded() async throws {
    let rack = try FakeRack("node add", planes: 1, workers: 2, running: KubernetesVersion(1, 35, 6))
    let errors = await rack.run { rack in try await AddNode(rack, "pi3").check(await rack.view()) }
    #expect(errors.map(\.code) == [.refused])
    let same = try FakeRack("node add", planes: 1, workers: 2)
    #expect(await same.run { rack in try await AddNode(rack, "pi3").check(await rack.view()) } == [])
  }

  @Test func aNodeThatIsAddedIsHeldWithItsNeighbours() async throws {
    let rack = try FakeRack("node add", planes: 1, workers: 2, fresh: ["pi3"]) { $0.nodes["pi3"] = nil }
    let errors = await rack.run { rack in try await AddNode(rack, "pi3").run { _ in } }
    #expect(errors == [], "\(errors)")
    #expect(rack.now.log.first == "hold" && rack.now.log.last == "release")
    #expect(rack.now.done.contains { $0.hasSuffix("@pi3") })
    let held = try FakeRack("node add", planes: 1, workers: 2) { $0.holder = "anna@laptop" }
    #expect(Set(await held.run { rack in try await AddNode(rack, "pi3").run { _ in } }.map(\.code)) == [.locked])
    #expect(held.now.done == [])
  }

  @Test func aNodeThatIsThereIsSaidToBe() async throws {
    let rack = try FakeRack("node add", planes: 1, workers: 2, fresh: ["pi3"]) { $0.nodes["pi3"] = nil }
    #expect(await rack.run { rack in try await AddNode(rack, "pi3").run { _ in } } == [])
    #expect(rack.notes.texts.filter { $0.hasPrefix("pi3 is a node already") } == [])
    let done = rack.now.done
    let errors = await rack.run { rack in
      try await AddNode(rack, "pi3").run { _ in Issue.record("nothing to approve") }
    }
    #expect(errors == [] && rack.now.done == done)
    #expect(rack.notes.texts.contains("pi3 is a node already, and matches the inventory"))
  }

  @Test func aReplacedHostOfTheOldSystemIsTakenOutAndHandedOver() async throws {
    let rack = try FakeRack("node replace", planes: 1, workers: 2)
    let errors = await rack.run { rack in
      let outcome = try await ReplaceNode(rack, "pi3", ReplaceNode.Options { _ in }).run()
      #expect(outcome == .removed)
    }
    #expect(errors == [])
    #expect(rack.now.log == ["hold", "cordon pi3", "apply node", "release"])
  }
}
