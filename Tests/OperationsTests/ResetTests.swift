import Diagnostics
import Inventory
import Operations
import Testing

@testable import Bootstrap
@testable import Provision

/// What of a living cluster may be cleaned without being taken out first.
struct ResetTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var isKnown = true
    var isReady = true
    var sameSystem = true
    var isHealthyMember = false
    var hasQuorum = true
    var isRefused: Bool
  }

  @Test(arguments: [
    Case(testDescription: "a node that works", isRefused: true),
    Case(testDescription: "a node that is down", isReady: false, isRefused: true),
    Case(
      testDescription: "another system than the dead one that joined", isReady: false, sameSystem: false,
      isRefused: false),
    Case(testDescription: "no node of the cluster", isKnown: false, isRefused: false),
    Case(testDescription: "a healthy member of etcd", isKnown: false, isHealthyMember: true, isRefused: true),
    Case(testDescription: "data of a cluster without its quorum", isKnown: false, hasQuorum: false, isRefused: true),
  ])
  func whatALivingClusterCountsOnStays(_ sample: Case) {
    let node = SampleNode.rack(planes: 1, workers: 0).nodes[0]
    let facts = SampleNode.facts(node)
    var view = ClusterView(holders: ["pi1"])
    if sample.isKnown {
      view.nodes = [
        .init(name: "pi1", isReady: sample.isReady, machineID: sample.sameSystem ? facts.machineID : "other")
      ]
    }
    func member(_ name: String, _ isHealthy: Bool) -> EtcdMember {
      EtcdMember(id: name, name: name, peerURL: "https://192.168.1.11:2380", clientURL: "x", isHealthy: isHealthy)
    }
    if sample.hasQuorum { view.members = [member("pi1", sample.isHealthyMember), member("pi2", true)] }
    let errors = Reset.objections(to: ["pi1"], facts: ["pi1": facts], view: view)
    #expect(errors.map(\.code) == (sample.isRefused ? [.refused] : []))
    #expect(Reset.objections(to: ["pi9"], facts: ["pi1": facts], view: view).isEmpty)
  }
}
