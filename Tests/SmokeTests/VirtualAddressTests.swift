import Inventory
import Testing

@testable import Smoke

struct VirtualAddressTests {
  @Test func twoHostsWithItAreTooMany() {
    var observation = Sample.healthy
    observation.hosts["pi3"]?.hasEndpoint = true
    let rack = Sample.rack(controlPlanes: 3)
    let verdict = HealthCondition.virtualAddress.judge(observation, at: Sample.place(in: rack))
    #expect(verdict == .failed(expected: "192.168.1.99 on one host", seen: "it is on pi1 and pi3"))
  }

  @Test func hostsAreAskedForItWhereThereIsOne() throws {
    var rack = Sample.rack()
    let node = try #require(rack.nodes.first)
    let with = try Observer(rack: rack, shells: [:], access: .standard).program(for: node, cluster: false)
    #expect(with.contains("address show to 192.168.1.99") && with.contains("hearth-vip.service"))
    rack.cluster.endpoint = nil
    let without = try Observer(rack: rack, shells: [:], access: .standard).program(for: node, cluster: false)
    #expect(!without.contains("address show to") && !without.contains("hearth-vip.service"))
    #expect(HealthCondition.virtualAddress.places(in: rack).isEmpty)
  }
}
