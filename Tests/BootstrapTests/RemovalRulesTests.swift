import Diagnostics
import Inventory
import Testing

@testable import Bootstrap

struct RemovalRulesTests {
  /// Roles and members by letter, as in ``MembershipPlanTests``; which node leaves; what is said.
  @Test(
    arguments: [
      ("cw", "m-", "pi2", nil), ("cw", "m-", "pi1", "last control-plane node"),
      ("ccc", "mmm", "pi2", nil), ("ccc", "mmM", "pi3", nil),
      ("ccc", "mmM", "pi1", "1 of 2 etcd members would answer"), ("ccc", "mMM", "pi2", "lost its majority"),
      ("cw", "m-", "pi9", "there is no node named pi9"),
    ] as [(String, String, String, String?)])
  func refusals(roles: String, members: String, name: String, words: String?) {
    let rack = MembershipPlanTests.rack(roles)
    let view = MembershipPlanTests.view(members)
    let errors = RemovalRules.objections(to: name, rack: rack, view: view)
    #expect(errors.isEmpty == (words == nil), "\(errors.map(\.message))")
    if let words { #expect(errors.first?.message.contains(words) == true, "\(errors.map(\.message))") }
  }

  @Test func withoutAnAPIServerNothingIsRemoved() {
    let errors = RemovalRules.objections(
      to: "pi2", rack: MembershipPlanTests.rack("cw"), view: ClusterView(nodes: nil))
    #expect(errors.first?.code == .refused)
  }

  @Test func takenLinesAreSeen() {
    var view = MembershipPlanTests.view("mm-")
    view.nodes?.append(.init(name: "pi7"))
    #expect(RemovalRules.strangers(rack: MembershipPlanTests.rack("cww"), view: view) == ["pi7"])
    // An announced member has no name yet; its address tells whose it is.
    view.members.append(
      EtcdMember(id: "b", name: "", peerURL: "https://10.77.0.13:2380", clientURL: "", isLearner: true))
    #expect(RemovalRules.strangers(rack: MembershipPlanTests.rack("cww"), view: view) == ["pi7"])
    #expect(
      RemovalRules.strangers(rack: MembershipPlanTests.rack("c"), view: view) == ["pi2", "pi3", "pi7", "10.77.0.13"])
  }
}
