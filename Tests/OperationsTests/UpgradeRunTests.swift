import Bootstrap
import Diagnostics
import Inventory
import Operations
import Testing

/// From v1.35 to v1.36 on three control planes and two workers of values.
struct UpgradeRunTests {
  private static let old = KubernetesVersion(1, 35, 6)
  private static let target = KubernetesVersion(1, 36, 2)

  private static func upgrade(
    atOnce: Int = 1, refused: Bool = false
  ) -> @Sendable (FakeRack) async throws -> Void {
    { rack in
      let options = UpgradeOptions(atOnce: atOnce) { _ throws(HearthError) in
        if refused { throw HearthError(.refused, "cancelled, nothing was changed") }
      }
      try await Upgrade(rack, options).run()
    }
  }

  private static func rack(
    _ prepare: (inout FakeRack.State) -> Void = { _ in },
    watch: @escaping @Sendable (inout FakeRack.State, String) -> Void = { _, _ in }
  ) throws -> FakeRack {
    try FakeRack("upgrade", planes: 3, workers: 2, running: old, prepare, watch: watch)
  }

  /// Those that a wholly new version of the program does one after the other.
  private static func applied(_ rack: FakeRack) -> [String] {
    rack.now.log.filter { $0.hasPrefix("apply ") }.map { String($0.dropFirst(6)) }
  }

  @Test func eachNodeIsEmptiedBroughtAndGivenBackInTurn() async throws {
    let rack = try Self.rack()
    #expect(await rack.run(Self.upgrade()) == [])
    let before = ["etcd-pi1", "etcd-pi2", "etcd-pi3", "api-pi1", "api-pi2", "api-pi3", "controllers"].map {
      "apply \($0)"
    }
    let turns = (1...5).flatMap { index in
      ["mark pi\(index)", "cordon pi\(index)", "apply node-pi\(index)", "uncordon pi\(index)", "unmark pi\(index)"]
    }
    #expect(Array(rack.now.log.prefix(1 + before.count + turns.count)) == ["hold"] + before + turns)
    #expect(rack.now.log.last == "release")
    #expect(rack.now.nodes.values.allSatisfy { $0.version == Self.target && $0.pods.isEmpty })
    #expect(rack.cordoned == [])
    // Run again it has nothing to do.
    let length = rack.now.log.count
    #expect(await rack.run(Self.upgrade()) == [])
    #expect(rack.now.log.count == length)
  }

  @Test func aMemberThatDiesAfterStepFiveEndsItWhereItIsNeededNext() async throws {
    let rack = try Self.rack(watch: { state, entry in
      guard state.log.count(where: { $0.hasPrefix("apply") }) == 5, entry.hasPrefix("apply") else { return }
      state.silent = ["pi2"]
      state.members[1].isHealthy = false
    })
    let errors = await rack.run(Self.upgrade())
    #expect(errors.map(\.code) == [.unreachable])
    #expect(errors.map(\.subject.host) == ["pi2"])
    #expect(errors.allSatisfy { $0.hint?.contains("v1.35.6") == true })
    #expect(Self.applied(rack) == ["etcd-pi1", "etcd-pi2", "etcd-pi3", "api-pi1", "api-pi2", "api-pi3"])
    #expect(rack.cordoned == [] && rack.now.log.last == "release")
  }

  @Test func noMemberIsStoppedWhileAnotherIsDead() async throws {
    let rack = try Self.rack(watch: { state, entry in
      if entry == "apply etcd-pi1" { state.members[2].isHealthy = false }
    })
    let errors = await rack.run(Self.upgrade())
    #expect(errors.map(\.code) == [.refused])
    #expect(errors.map(\.subject.host) == ["pi2"])
    #expect(Self.applied(rack) == ["etcd-pi1"])
  }

  @Test func aNodeThatNeverComesBackIsTheLastAndStaysCordoned() async throws {
    let rack = try Self.rack { $0.stuck = ["pi4"] }
    let errors = await rack.run(Self.upgrade())
    #expect(errors.map(\.code) == [.timedOut])
    #expect(errors.map(\.subject.host) == ["pi4"])
    #expect(rack.cordoned == ["pi4"])
    #expect(!rack.now.log.contains("cordon pi5"))
    // Somebody puts it right: the next run gives it back and goes on.
    rack.change { state in
      state.stuck = []
      state.nodes["pi4"]?.version = Self.target
      state.nodes["pi4"]?.isReady = true
    }
    #expect(await rack.run(Self.upgrade()) == [])
    #expect(rack.cordoned == [])
    #expect(rack.now.nodes.values.allSatisfy { $0.version == Self.target && $0.annotations.isEmpty })
  }

  @Test func aHostThatFailsInItsTurnStaysCordonedUntilTheNextRun() async throws {
    let rack = try Self.rack { $0.failing = ["pi5": "node-pi5"] }
    let errors = await rack.run(Self.upgrade())
    #expect(errors.map(\.code) == [.cluster])
    #expect(rack.cordoned == ["pi5"])
    rack.change {
      $0.failing = [:]
      $0.failures = []
    }
    #expect(await rack.run(Self.upgrade()) == [])
    #expect(rack.cordoned == [])
  }

  @Test func whatSomebodyElseCordonedStaysCordoned() async throws {
    let rack = try Self.rack { $0.nodes["pi5"]?.isCordoned = true }
    #expect(await rack.run(Self.upgrade()) == [])
    #expect(rack.cordoned == ["pi5"])
    #expect(!rack.now.log.contains("mark pi5") && !rack.now.log.contains("uncordon pi5"))
  }

  @Test func podsThatMayNotBeEvictedEndItInTime() async throws {
    let rack = try Self.rack { $0.nodes["pi4"]?.isHeld = true }
    let errors = await rack.run(Self.upgrade())
    #expect(errors.map(\.code) == [.timedOut])
    #expect(rack.cordoned == ["pi4"] && rack.now.seconds >= 300)
    #expect(!rack.now.log.contains("apply node-pi4"))
  }

  @Test func nothingBeginsWhereSomebodyElseWorksOrSaysNoOrAHostIsSilent() async throws {
    let held = try Self.rack { $0.holder = "anna@laptop" }
    #expect(Set(await held.run(Self.upgrade()).map(\.code)) == [.locked])
    #expect(held.now.log == [])
    let refused = try Self.rack()
    #expect(await refused.run(Self.upgrade(refused: true)).map(\.code) == [.refused])
    #expect(refused.now.log == [])
    let silent = try Self.rack { $0.silent = ["pi5"] }
    #expect(await silent.run(Self.upgrade()).map(\.code) == [.refused])
    #expect(silent.now.log == [])
  }

  /// After any one thing that it does to the rack.
  @Test(arguments: [1, 2]) func interruptedAnywhereItSaysWhatStaysCordonedAndGoesOn(atOnce: Int) async throws {
    let whole = try Self.rack()
    #expect(await whole.run(Self.upgrade(atOnce: atOnce)) == [])
    // The last entry is the locks' release.
    for last in 1..<whole.now.log.count {
      let rack = try Self.rack(watch: { state, _ in if state.log.count == last { state.isStopping = true } })
      let errors = await rack.run(Self.upgrade(atOnce: atOnce))
      let place = "after \(rack.now.log[last - 1])"
      #expect(errors.map(\.code) == [.cancelled], "\(place): \(errors)")
      #expect(rack.now.log.last == "release", "\(place)")
      let words = errors.map(\.message).joined()
      for node in rack.cordoned { #expect(words.contains(node), "\(place): \(words)") }
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.upgrade(atOnce: atOnce)) == [], "\(place)")
      #expect(rack.cordoned == [], "\(place)")
      #expect(rack.now.nodes.values.allSatisfy { $0.version == Self.target && $0.annotations.isEmpty }, "\(place)")
    }
  }
}
