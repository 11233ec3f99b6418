import Testing

@testable import Bootstrap

/// What control-plane hosts say of the cluster, as `templates/cluster/view.sh` prints it.
struct ClusterViewTests {
  static let first = """
    @section data
    yes
    @section health
    https://127.0.0.1:2379 is healthy: successfully committed proposal: took = 9.2ms
    @section status
    https://127.0.0.1:2379, a1, 3.4.23, 5.6 MB, true, false, 2, 1548, 1548,
    @section members
    a1, started, pi1, https://10.77.0.11:2380, https://10.77.0.11:2379, false
    a2, started, pi2, https://10.77.0.12:2380, https://10.77.0.12:2379, false
    a3, unstarted, , https://10.77.0.13:2380, , true
    @section api
    ok
    @section nodes
    pi1\tTrue\t\t10.77.0.11\tid1\t100001\t10.244.0.0/24
    pi2\tFalse\ttrue\t10.77.0.12\tid2\t\t10.244.1.0/24
    pi3\t\t\t\t\t\t10.244.2.0/24
    """
  static let dead = """
    @section data
    yes
    @section health
    https://127.0.0.1:2379 is unhealthy: failed to commit proposal: context deadline exceeded
    @section status
    @section members
    @section api
    Error from server: etcdserver: request timed out
    """

  @Test func readsMembersAndNodes() {
    let view = ClusterView([("pi2", Self.dead), ("pi1", Self.first)])
    #expect(view.members.map(\.name) == ["pi1", "pi2", ""])
    #expect(view.members.map(\.isHealthy) == [true, false, false])
    #expect(view.leader == "a1")
    #expect(view.holders == ["pi1", "pi2"])
    #expect(view.ready == ["pi1"])
    #expect(view.nodes?.map(\.name) == ["pi1", "pi2", "pi3"])
    #expect(
      view.node("pi1")
        == .init(
          name: "pi1", isReady: true, address: "10.77.0.11", machineID: "id1", serial: "100001",
          podRange: "10.244.0.0/24"))
    #expect(view.node("pi2")?.isCordoned == true)
    #expect(view.member("pi3", address: "10.77.0.13")?.isLearner == true)
  }

  @Test func silenceIsNoEmptyCluster() {
    let view = ClusterView([("pi2", Self.dead)])
    #expect(!view.hasQuorum && view.nodes == nil && view.holders == ["pi2"])
  }
}
