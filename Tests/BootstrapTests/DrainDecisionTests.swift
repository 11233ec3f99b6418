import Diagnostics
import Foundation
import Testing

@testable import Bootstrap

struct DrainDecisionTests {
  static func pod(
    _ name: String, owner: String? = "ReplicaSet", labels: [String: String] = [:], phase: String = "Running",
    mirror: Bool = false, leaving: Bool = false
  ) -> DrainObjects.Pod {
    .init(
      metadata: .init(
        name: name, namespace: "web", labels: labels, annotations: mirror ? ["kubernetes.io/config.mirror": "x"] : nil,
        ownerReferences: owner.map { [.init(kind: $0, name: "o", controller: true)] },
        deletionTimestamp: leaving ? "2026-11-24T00:00:00Z" : nil),
      status: .init(phase: phase))
  }

  static func budget(_ allowed: Int, _ selector: DrainObjects.Selector?, namespace: String = "web")
    -> DrainObjects.Budget
  {
    .init(
      metadata: .init(name: "keep", namespace: namespace), spec: .init(selector: selector),
      status: .init(disruptionsAllowed: allowed, currentHealthy: 2, desiredHealthy: 2))
  }

  @Test(arguments: [
    (pod("a"), "evict"), (pod("a", owner: "DaemonSet"), "stay"), (pod("a", owner: nil, mirror: true), "stay"),
    (pod("a", phase: "Succeeded"), "stay"), (pod("a", phase: "Failed"), "stay"), (pod("a", leaving: true), "leave"),
    (pod("a", owner: nil), "unmanaged"), (pod("a", phase: "Pending"), "evict"),
  ])
  func sortsPods(pod: DrainObjects.Pod, fate: String) {
    let decision = DrainDecision(pods: [pod], budgets: [])
    #expect(decision.evict.isEmpty == (fate == "stay" || fate == "leave"))
    #expect(decision.leaving.isEmpty == (fate != "leave"))
    #expect(decision.unmanaged == (fate == "unmanaged" ? ["web/a"] : []))
    #expect(decision.isDone == (fate == "stay"))
  }

  @Test(arguments: [
    (budget(0, .init(matchLabels: ["app": "web"])), true),
    (budget(1, .init(matchLabels: ["app": "web"])), false),
    (budget(0, .init(matchLabels: ["app": "other"])), false),
    (budget(0, .init(matchLabels: ["app": "web"]), namespace: "elsewhere"), false),
    (budget(0, .init(matchExpressions: [.init(key: "app", operator: "In", values: ["web", "api"])])), true),
    (budget(0, .init(matchExpressions: [.init(key: "app", operator: "NotIn", values: ["web"])])), false),
    (budget(0, .init(matchExpressions: [.init(key: "app", operator: "Exists", values: nil)])), true),
    (budget(0, .init(matchExpressions: [.init(key: "tier", operator: "DoesNotExist", values: nil)])), true),
    (budget(0, nil), false),
  ])
  func namesTheBudgetThatHoldsAPod(budget: DrainObjects.Budget, holds: Bool) {
    let decision = DrainDecision(pods: [Self.pod("a", labels: ["app": "web"])], budgets: [budget])
    #expect(decision.blocked.map(\.budgets) == (holds ? [["web/keep (2 healthy, 2 needed)"]] : []))
    // Still asked: what a budget allows may change at any time, and the API server decides.
    #expect(decision.evict.count == 1)
  }

  @Test func theMessageNamesPodAndBudget() {
    let decision = DrainDecision(
      pods: [Self.pod("a", labels: ["app": "web"])], budgets: [Self.budget(0, .init(matchLabels: ["app": "web"]))])
    let error = Drain.timedOut("pi4", decision, .init(timeout: .seconds(30)))
    #expect(
      error.message
        == "web/a could not be moved after 30 s: the disruption budget web/keep (2 healthy, 2 needed) allows no disruption"
    )
    #expect(error.subject.host == "pi4" && error.hint?.contains("stays cordoned") == true)
  }

  @Test func readsWhatTheAPIServes() throws {
    let json = """
      {"kind":"List","items":[{"metadata":{"name":"b","namespace":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}}},
      "status":{"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}]}
      """
    let list = try JSONDecoder().decode(ObjectList<DrainObjects.Budget>.self, from: Data(json.utf8))
    #expect(list.items.first?.status?.disruptionsAllowed == 0)
  }
}
