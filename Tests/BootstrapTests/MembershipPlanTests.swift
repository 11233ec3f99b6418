import Diagnostics
import Inventory
import Provision
import Testing

@testable import Bootstrap

/// Who joins etcd and who leaves it, from the inventory and what etcd says.
struct MembershipPlanTests {
  /// Roles by letter: `c` is a control plane, `w` a worker.
  static func rack(_ roles: String) -> Rack {
    Rack(
      cluster: Cluster(name: "t", kubernetes: KubernetesVersion(1, 20, 2)),
      nodes: roles.enumerated().map { index, role in
        Node(
          name: "pi\(index + 1)", address: IPv4Address(bits: 0x0A4D_000B + UInt32(index)),
          roles: role == "c" ? [.controlPlane, .worker] : [.worker])
      })
  }

  /// By letter and host: `m` is a member, `M` one that is silent, `l` a learner; `-` a node that is none.
  static func view(_ letters: String) -> ClusterView {
    var view = ClusterView(nodes: [])
    for (index, letter) in letters.enumerated() {
      let name = "pi\(index + 1)"
      view.nodes?.append(.init(name: name, isReady: letter != "M", machineID: "id\(index + 1)"))
      guard letter != "-" else { continue }
      view.members.append(
        EtcdMember(
          id: "a\(index + 1)", name: name, peerURL: "https://10.77.0.\(11 + index):2380",
          clientURL: "https://10.77.0.\(11 + index):2379", isLearner: letter == "l", isHealthy: letter != "M"))
      view.holders.insert(name)
    }
    return view
  }

  static func facts(_ rack: Rack, without: Set<String> = []) -> [String: Facts] {
    var all: [String: Facts] = [:]
    for (index, node) in rack.nodes.enumerated() where !without.contains(node.name) {
      var facts = Facts()
      facts.machineID = "id\(index + 1)"
      facts.nodeRecord = NodeRecord(name: node.name, cluster: "c", podRanges: [:]).text
      facts.existingPaths = [ClusterNode.joinedMarkPath]
      all[node.name] = facts
    }
    return all
  }

  @Test(
    arguments: [
      // Nothing to do.
      ("cww", "m--", [], []), ("ccc", "mmm", [], []), ("cccw", "mmm-", [], []),
      // Growing, one after the other in the inventory's order.
      ("ccc", "m--", ["pi2", "pi3"], []), ("cccw", "mm--", ["pi3"], []),
      // A join that was cut off goes on.
      ("ccc", "ml-", ["pi2", "pi3"], []),
      // Shrinking.
      ("cww", "mmm", [], ["pi2", "pi3"]), ("wcw", "mmm", [], ["pi1", "pi3"]),
      // The control plane moves: the newcomer joins first.
      ("wccc", "mmm-", ["pi4"], ["pi1"]),
    ] as [(String, String, [String], [String])])
  func joinsBeforeDepartures(roles: String, members: String, joins: [String], departures: [String]) throws {
    let rack = Self.rack(roles)
    let view = Self.view(members)
    var facts = Self.facts(rack)
    // Who is about to join has not joined yet.
    for name in joins { facts[name]?.existingPaths = [] }
    let plan = try MembershipPlan(rack: rack, facts: facts, view: view)
    #expect(plan.joins.map(\.node) == joins)
    #expect(plan.departures.map(\.name) == departures)
    #expect(plan.lead != nil && !departures.contains(plan.lead ?? "") && !joins.contains(plan.lead ?? ""))
  }

  @Test func everyJoinSeesThoseBeforeIt() throws {
    let rack = Self.rack("ccc")
    let plan = try MembershipPlan(rack: rack, facts: Self.facts(rack), view: Self.view("m--"))
    #expect(
      plan.joins.map(\.initialCluster) == [
        "pi1=https://10.77.0.11:2380,pi2=https://10.77.0.12:2380",
        "pi1=https://10.77.0.11:2380,pi2=https://10.77.0.12:2380,pi3=https://10.77.0.13:2380",
      ])
  }

  @Test func aClusterThatBeginsHasNoMembership() throws {
    let rack = Self.rack("cccw")
    let plan = try MembershipPlan(
      rack: rack, facts: Self.facts(rack).mapValues { _ in Facts() }, view: ClusterView())
    #expect(plan == MembershipPlan())
  }

  @Test func nobodyJoinsBesideADeadMember() throws {
    let rack = Self.rack("cccc")
    var facts = Self.facts(rack, without: ["pi3"])
    facts["pi4"]?.existingPaths = []
    let errors = #expect(throws: HearthErrors.self) {
      try MembershipPlan(rack: rack, facts: facts, view: Self.view("mmM-"))
    }
    #expect(errors?.errors.first?.hint?.contains("hearth node remove pi3") == true)
  }

  @Test func aDepartureThatCostsTheMajorityIsRefused() throws {
    let rack = Self.rack("wcc")
    let errors = #expect(throws: HearthErrors.self) {
      try MembershipPlan(rack: rack, facts: Self.facts(rack, without: ["pi3"]), view: Self.view("mmM"))
    }
    #expect(errors?.errors.first?.subject.host == "pi1")
  }

  @Test(
    "with a part of the hosts nobody joins or leaves by half: the lead must be among them, and others stay as they are")
  func limited() throws {
    for (roles, members, verb) in [("cww", "mmm", "leaves"), ("ccc", "m--", "joins")] {
      let rack = Self.rack(roles)
      var facts = Self.facts(rack)
      if verb == "joins" { for name in ["pi2", "pi3"] { facts[name]?.existingPaths = [] } }
      let view = Self.view(members)
      func plan(_ hosts: Set<String>) throws -> MembershipPlan {
        try MembershipPlan(rack: rack, facts: facts, view: view, scope: hosts)
      }
      let alone = try plan(["pi2"])
      let errors = alone.objections(limitedTo: ["pi2"], of: rack)
      #expect(errors.map(\.message) == ["pi2 \(verb) etcd, and pi1 has its part in that, which --limit leaves out"])
      #expect(errors.first?.command == "hearth up --limit pi1,pi2")
      let both = try plan(["pi1", "pi2"])
      #expect(both.joins.map(\.node) + both.departures.map(\.name) == ["pi2"])
      #expect(both.objections(limitedTo: ["pi1", "pi2"], of: rack).isEmpty)
      // Without the lead's host nothing of another's membership is done there.
      let lead = try plan(["pi1"])
      #expect(lead.joins.isEmpty && lead.departures.isEmpty)
      #expect(lead.objections(limitedTo: ["pi3"], of: rack).isEmpty)
    }
  }

  @Test func twoHostsThatWereInstalledAnewDoNotStandInEachOthersWay() throws {
    let rack = Self.rack("cwww")
    var facts = Self.facts(rack)
    for name in ["pi3", "pi4"] {
      facts[name] = Facts()
      facts[name]?.machineID = "new"
    }
    let view = Self.view("m---")
    for name in ["pi3", "pi4"] {
      let errors = #expect(throws: HearthErrors.self) {
        try MembershipPlan(rack: rack, facts: facts, view: view, scope: [name])
      }
      #expect(errors?.errors.map(\.command) == ["hearth node replace \(name)"])
    }
    #expect(try MembershipPlan(rack: rack, facts: facts, view: view, scope: []).lead == "pi1")
  }

  @Test func aDeadMemberIsTakenOutWhileAnotherHostWaitsToJoin() throws {
    let rack = Self.rack("cccc")
    var facts = Self.facts(rack, without: ["pi3"])
    facts["pi4"]?.existingPaths = []
    let plan = try MembershipPlan(rack: rack, facts: facts, view: Self.view("mmM-"), scope: [])
    #expect(plan.joins.isEmpty && plan.lead == "pi1")
  }

  @Test func aWorkerWhoseMemberIsOutAndWhoseDataIsStillThereIsNoStranger() throws {
    let rack = Self.rack("cww")
    var view = Self.view("m--")
    view.holders.insert("pi2")
    let facts = Self.facts(rack)
    #expect(try MembershipPlan(rack: rack, facts: facts, view: view).departures.isEmpty)
    var other = facts
    other["pi2"]?.machineID = "of another"
    #expect(throws: HearthErrors.self) { try MembershipPlan(rack: rack, facts: other, view: view) }
    let plane = Self.rack("ccw")
    #expect(throws: HearthErrors.self) { try MembershipPlan(rack: plane, facts: facts, view: view) }
  }

  @Test func newHardwareUnderAnOldNameIsNamed() throws {
    let rack = Self.rack("cccw")
    let view = Self.view("mmm-")
    for name in ["pi3", "pi4"] {
      var facts = Self.facts(rack)
      facts[name] = Facts()
      facts[name]?.machineID = "new"
      var view = view
      view.holders.remove(name)
      let errors = #expect(throws: HearthErrors.self) { try MembershipPlan(rack: rack, facts: facts, view: view) }
      #expect(errors?.errors.first?.command == "hearth node replace \(name)")
    }
  }

  @Test func remainsOfAnOlderMemberAreNamed() throws {
    let rack = Self.rack("cccw")
    var view = Self.view("mm--")
    view.holders.insert("pi3")
    let errors = #expect(throws: HearthErrors.self) {
      try MembershipPlan(rack: rack, facts: Self.facts(rack), view: view)
    }
    #expect(errors?.errors.first?.command == "hearth reset --limit pi3")
  }

  @Test func aRemovedWorkerThatComesBackIsNamed() throws {
    let rack = Self.rack("cw")
    let errors = #expect(throws: HearthErrors.self) {
      try MembershipPlan(rack: rack, facts: Self.facts(rack), view: Self.view("m"))
    }
    #expect(errors?.errors.first?.subject.host == "pi2")
    #expect(errors?.errors.first?.command == "hearth reset --limit pi2")
  }

  @Test func aLostStoreIsNotBegunAnew() throws {
    let rack = Self.rack("cw")
    let errors = #expect(throws: HearthErrors.self) {
      try MembershipPlan(rack: rack, facts: Self.facts(rack), view: ClusterView())
    }
    #expect(errors?.errors.first?.hint?.contains("hearth restore") == true)
  }
}
