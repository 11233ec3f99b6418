import Bootstrap
import Diagnostics
import Operations
import Testing

/// Debian's updates on one control plane and two workers of values; each host has some.
struct SystemUpdatesTests {
  private static let update: @Sendable (FakeRack) async throws -> Void = { rack in
    try await SystemUpdates(rack, UpgradeOptions { _ in }).run()
  }

  @Test func eachNodeHasItsTurnWorkersFirst() async throws {
    let rack = try FakeRack("upgrade")
    #expect(await rack.run(Self.update) == [])
    let turns = ["pi2", "pi3", "pi1"].flatMap { node in
      [
        "mark \(node)", "cordon \(node)", "apply system-\(node)-1", "apply system-\(node)-2", "uncordon \(node)",
        "unmark \(node)",
      ]
    }
    #expect(rack.now.log == ["hold"] + turns + ["release"])
  }

  @Test func aNodeThatIsNotReadyAgainIsTheLast() async throws {
    let rack = try FakeRack(
      "upgrade",
      watch: { state, entry in
        if entry == "apply system-pi3-2" { state.nodes["pi3"]?.isReady = false }
      })
    let errors = await rack.run(Self.update)
    #expect(errors.map(\.code) == [.timedOut])
    #expect(errors.map(\.subject.host) == ["pi3"])
    #expect(rack.cordoned == ["pi3"] && !rack.now.log.contains("mark pi1"))
  }

  @Test func whatSomebodyElseCordonedStaysCordoned() async throws {
    let rack = try FakeRack("upgrade") { $0.nodes["pi2"]?.isCordoned = true }
    #expect(await rack.run(Self.update) == [])
    #expect(rack.cordoned == ["pi2"])
  }

  @Test func interruptedAnywhereItSaysWhatStaysCordonedAndGoesOn() async throws {
    let whole = try FakeRack("upgrade")
    #expect(await whole.run(Self.update) == [])
    for last in 1..<(whole.now.log.count - 2) {
      let rack = try FakeRack(
        "upgrade",
        watch: { state, _ in
          if state.log.count == last { state.isStopping = true }
        })
      let errors = await rack.run(Self.update)
      let place = "after \(rack.now.log[last - 1])"
      #expect(errors.map(\.code) == [.cancelled], "\(place)")
      for node in rack.cordoned {
        #expect(errors.contains { $0.message.contains(node) }, "\(place): \(errors.map(\.message))")
      }
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.update) == [], "\(place)")
      #expect(rack.cordoned == [] && rack.now.nodes.values.allSatisfy(\.annotations.isEmpty), "\(place)")
    }
  }
}
