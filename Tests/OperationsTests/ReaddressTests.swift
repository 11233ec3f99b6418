import Diagnostics
import Foundation
import Inventory
import Operations
import TestSupport
import Testing

@testable import Bootstrap

/// Three control planes and two workers of values, at new addresses.
struct ReaddressTests {
  /// Where a node of the sample rack was before.
  private static func old(_ node: Node) -> IPv4Address { IPv4Address(bits: 0x0A4D_0000 | node.address.bits & 255) }

  private static func moves(_ rack: Rack, _ names: [String]? = nil) -> [NodeMove] {
    rack.nodes.filter { names?.contains($0.name) ?? true }.map {
      NodeMove(node: $0.name, from: old($0), to: $0.address)
    }
  }

  /// - Parameter names: those that have moved; nil for all.
  private static func rack(
    planes: Int = 3, _ names: [String]? = nil, names records: [String: String] = [:],
    _ prepare: (inout FakeRack.State) -> Void = { _ in },
    watch: @escaping @Sendable (inout FakeRack.State, String) -> Void = { _, _ in }
  ) throws -> FakeRack {
    let sample = SampleNode.rack(planes: planes, workers: 2)
    return try FakeRack(
      "readdress", planes: planes, records: records,
      { state in
        let own = sample.controlPlane.filter { names?.contains($0.name) ?? true }
        for node in own {
          guard let index = state.members.firstIndex(where: { $0.name == node.name }) else { continue }
          state.moved[node.name] = state.members[index].peerURL
          state.members[index].peerURL = EtcdMember.peerURL(of: old(node).description)
        }
        state.isApart = own.count * 2 > planes
        prepare(&state)
      }, watch: watch)
  }

  private static func readdress(_ names: [String]? = nil) -> @Sendable (FakeRack) async throws -> Void {
    { rack in
      try await Readdress(
        rack, moves(rack.rack, names),
        Readdress.Options(
          approve: { words, _ in rack.did("approve \(words)") }, follow: { rack.did("follow") },
          smoke: { rack.did("smoke") })
      ).run()
    }
  }

  /// Without the words that a person sees, and what an ordinary `up` does.
  private static func steps(_ rack: FakeRack) -> [String] {
    let known = ["apply host", "apply bridge", "apply unbridge", "follow", "smoke", "hold", "release"]
    return rack.now.log.filter { entry in
      known.contains(entry) || entry.hasPrefix("apply member-") || entry.hasPrefix("apply address-")
    }
  }

  private static let whole =
    ["hold", "apply host", "apply bridge"]
    + ["pi1", "pi2", "pi3"].flatMap { ["apply member-\($0)", "apply address-\($0)"] }
    + ["apply unbridge", "follow", "smoke", "release"]

  private static func isSettled(_ rack: FakeRack) -> Bool {
    rack.now.members.allSatisfy { member in
      rack.rack.node(member.name).map { member.peerURL == EtcdMember.peerURL(of: $0.address.description) } ?? false
    }
  }

  @Test func aWholeRackMovesMemberByMember() async throws {
    let rack = try Self.rack()
    #expect(await rack.run(Self.readdress()) == [])
    #expect(Self.steps(rack) == Self.whole)
    #expect(Self.isSettled(rack))
    let words = try #require(rack.now.log.first)
    #expect(words.contains("pi1: 10.77.0.11 → 192.168.1.11") && words.contains("member by member: pi1, pi2, pi3"))
  }

  @Test func aWorkerTakesNoMemberAlong() async throws {
    let rack = try Self.rack(["pi5"])
    #expect(await rack.run(Self.readdress(["pi5"])) == [])
    #expect(Self.steps(rack).filter { $0 != "apply host" } == ["hold", "follow", "smoke", "release"])
  }

  @Test func oneOfThreeNeedsNoMeeting() async throws {
    let rack = try Self.rack(["pi2"])
    #expect(await rack.run(Self.readdress(["pi2"])) == [])
    #expect(!Self.steps(rack).contains("apply bridge"))
    #expect(Self.steps(rack).filter { $0.hasPrefix("apply member-") } == ["apply member-pi2"])
    #expect(Self.isSettled(rack))
  }

  @Test func theOnlyControlPlaneMeetsItself() async throws {
    let rack = try Self.rack(planes: 1)
    #expect(await rack.run(Self.readdress()) == [])
    #expect(Self.steps(rack).contains("apply bridge") && Self.isSettled(rack))
  }

  @Test func interruptedAnywhereItGoesOn() async throws {
    let first = try Self.rack()
    #expect(await first.run(Self.readdress()) == [])
    let length = first.now.log.count
    for last in 2..<(length - 1) where first.now.log[last - 1] != "release" {
      let rack = try Self.rack(watch: { state, _ in if state.log.count == last { state.isStopping = true } })
      let errors = await rack.run(Self.readdress())
      #expect(errors.allSatisfy { $0.code == .cancelled } && !errors.isEmpty, "\(last): \(errors)")
      #expect(rack.now.log.last == "release", "\(last)")
      rack.change { $0.isStopping = false }
      #expect(await rack.run(Self.readdress()) == [], "\(last)")
      #expect(Self.isSettled(rack) && rack.now.log.contains("smoke"), "\(last)")
    }
  }

  @Test func aMemberThatDoesNotComeKeepsTheOthersWhereTheyAre() async throws {
    let rack = try Self.rack { $0.failing = ["pi2": "address-pi2"] }
    let errors = await rack.run(Self.readdress())
    #expect(errors.contains { $0.code == .cluster && $0.hint?.contains("hearth readdress") == true })
    #expect(!rack.now.log.contains("apply member-pi3") && !rack.now.log.contains("follow"))
    rack.change {
      $0.failing = [:]
      $0.failures = []
    }
    #expect(await rack.run(Self.readdress()) == [])
    #expect(Self.isSettled(rack))
  }

  @Test func anotherBoardIsNotTaken() async throws {
    let rack = try Self.rack(names: ["pi4": "pi5"])
    let errors = await rack.run(Self.readdress())
    #expect(errors.map(\.code) == [.refused] && errors[0].message.contains("is pi5, not pi4"))
    #expect(rack.now.log == [])
  }

  @Test(arguments: ["pi1", "pi4"]) func aBoardThatDoesNotAnswerIsNamed(_ name: String) async throws {
    let rack = try Self.rack { $0.silent = [name] }
    let errors = await rack.run(Self.readdress())
    #expect(errors.contains { $0.code == .refused && $0.message.contains(name) })
    #expect(rack.now.log == [])
  }

  @Test func addressesThatOnlyTheOwnerKnowsAreAskedFor() async throws {
    let rack = try FakeRack(
      "readdress", records: [:], endpoint: Endpoint(host: "10.77.0.10", isVirtual: true),
      services: AddressRange("10.77.0.200-219"))
    let errors = await rack.run(Self.readdress())
    #expect(errors.map(\.code) == [.refused, .refused])
    #expect(errors.count == 2 && errors[0].hint?.contains("--endpoint") == true)
    #expect(errors.count == 2 && errors[1].hint?.contains("--load-balancer") == true)
    #expect(rack.now.log == [])
  }

  @Test func controlPlanesThatExchangeAddressesAreRefused() async throws {
    let rack = try Self.rack()
    let errors = await rack.run { rack in
      var moves = Self.moves(rack.rack)
      moves[0].from = moves[1].to
      try await Readdress(rack, moves, Readdress.Options(approve: { _, _ in })).run()
    }
    #expect(errors.map(\.code) == [.refused] && errors[0].subject.host == "pi1")
    #expect(rack.now.log == [])
  }
}
