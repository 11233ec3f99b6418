import Bootstrap
import Diagnostics
import Testing

@testable import Operations

/// Three control planes and two workers of values renew their certificates.
struct RenewCertificatesTests {
  private static let renew: @Sendable (FakeRack) async throws -> Void = { try await RenewCertificates($0).run() }

  private static func rack(
    _ prepare: (inout FakeRack.State) -> Void = { _ in },
    watch: @escaping @Sendable (inout FakeRack.State, String) -> Void = { _, _ in }
  ) throws -> FakeRack {
    try FakeRack("certs renew", planes: 3, workers: 2, prepare, watch: watch)
  }

  @Test(
    arguments: [
      (["pi1", "pi2", "pi3", "pi4"], [.controlPlane("pi1"), .controlPlane("pi2"), .workers(["pi3", "pi4"])]),
      (["pi3"], [.workers(["pi3"])]), (["pi2"], [.controlPlane("pi2")]), ([], []),
    ] as [([String], [RenewCertificates.Step])])
  func onlyTheChosenHosts(_ hosts: [String], _ steps: [RenewCertificates.Step]) {
    #expect(RenewCertificates.steps(SampleNode.rack(planes: 2, workers: 2), hosts) == steps)
  }

  @Test func controlPlanesComeOneByOneAndWorkersTogether() async throws {
    let rack = try Self.rack()
    #expect(await rack.run(Self.renew) == [])
    let log = rack.now.log
    #expect(Array(log.prefix(4)) == ["hold", "renew pi1", "renew pi2", "renew pi3"])
    #expect(Set(log[4..<6]) == ["renew pi4", "renew pi5"] && log.last == "release")
    #expect(rack.now.actions == ["certificates renewed on 5 hosts"])
  }

  @Test func aControlPlaneThatFailsIsTheLast() async throws {
    let rack = try Self.rack { $0.failing = ["pi2": "certificates"] }
    let errors = await rack.run(Self.renew)
    #expect(errors.map(\.code) == [.remoteCommand] && errors.map(\.subject.host) == ["pi2"])
    #expect(rack.now.log == ["hold", "renew pi1", "release"] && rack.now.actions == [])
  }

  @Test func aWorkerThatFailsKeepsNoOtherBack() async throws {
    let rack = try Self.rack { $0.failing = ["pi4": "certificates"] }
    #expect(await rack.run(Self.renew).map(\.subject.host) == ["pi4"])
    #expect(rack.now.log.contains("renew pi5"))
  }

  @Test func aThinQuorumOrSomebodyElseEndsItBeforeItBegins() async throws {
    let thin = try Self.rack { $0.members[2].isHealthy = false }
    #expect(await thin.run(Self.renew).map(\.code) == [.refused])
    let held = try Self.rack { $0.holder = "anna@laptop" }
    #expect(Set(await held.run(Self.renew).map(\.code)) == [.locked])
    #expect(thin.now.log == [] && held.now.log == [])
  }

  /// A host that has begun comes to its end; none is begun after it.
  @Test func interruptedAnywhereTheRunningStepEndsAndTheNextRunGoesOn() async throws {
    let whole = try Self.rack()
    #expect(await whole.run(Self.renew) == [])
    // With the workers, the last step has begun.
    for last in 1...4 {
      let rack = try Self.rack(watch: { state, _ in if state.log.count == last { state.isStopping = true } })
      let errors = await rack.run(Self.renew)
      let place = "after \(rack.now.log[last - 1])"
      #expect(errors.map(\.code) == [.cancelled], "\(place): \(errors)")
      #expect(Array(rack.now.log.dropFirst(last)) == ["release"], "\(place): \(rack.now.log)")
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.renew) == [], "\(place)")
      #expect(rack.now.actions == ["certificates renewed on 5 hosts"], "\(place)")
    }
  }
}
