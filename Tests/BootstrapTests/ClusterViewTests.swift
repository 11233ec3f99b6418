import Testing

@testable import Bootstrap

/// What control-plane hosts say of the cluster, as `templates/cluster/view.sh` prints it.
struct ClusterViewTests {
  static let first = """
    @section m data
    yes

    @section m health
    [{"endpoint":"https://127.0.0.1:2379","health":true,"took":"9.2ms"}]

    @section m status
    [{"Endpoint":"https://127.0.0.1:2379","Status":{"header":{"cluster_id":1,"member_id":161,"revision":1548,
    "raft_term":2},"version":"3.4.23","dbSize":20480,"leader":161,"raftIndex":8,"raftTerm":2}}]

    @section m members
    {"header":{"cluster_id":1,"member_id":161},"members":[
    {"ID":161,"name":"pi1","peerURLs":["https://10.77.0.11:2380"],"clientURLs":["https://10.77.0.11:2379"]},
    {"ID":162,"name":"pi2","peerURLs":["https://10.77.0.12:2380"],"clientURLs":["https://10.77.0.12:2379"]},
    {"ID":163,"peerURLs":["https://10.77.0.13:2380"],"isLearner":true}]}

    @section m api
    ok
    @section m nodes
    {"apiVersion":"v1","kind":"List","items":[
    {"metadata":{"name":"pi1","annotations":{"hearth/serial":"100001"}},"spec":{"podCIDR":"10.244.0.0/24"},
     "status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"machineID":"0123456789abcdef0123456789abcdef"},
      "addresses":[{"type":"Hostname","address":"pi1"},{"type":"InternalIP","address":"10.77.0.11"}]}},
    {"metadata":{"name":"pi2"},"spec":{"podCIDR":"10.244.1.0/24","unschedulable":true},
     "status":{"conditions":[{"type":"Ready","status":"False"}]}},
    {"metadata":{"name":"pi3"},"spec":{"podCIDR":"10.244.2.0/24"}}]}
    """
  static let dead = """
    @section m data
    yes

    @section m health
    [{"endpoint":"https://127.0.0.1:2379","health":false,"took":"5s","error":"context deadline exceeded"}]

    """

  @Test func readsMembersAndNodes() {
    let view = ClusterView([("pi2", Self.dead), ("pi1", Self.first)], mark: "m")
    #expect(view.members.map(\.name) == ["pi1", "pi2", ""])
    #expect(view.members.map(\.id) == ["a1", "a2", "a3"])
    #expect(view.members.map(\.isHealthy) == [true, false, false])
    #expect(view.leader == "a1")
    #expect(view.holders == ["pi1", "pi2"])
    #expect(view.ready == ["pi1"])
    #expect(view.nodes?.map(\.name) == ["pi1", "pi2", "pi3"])
    #expect(
      view.node("pi1")
        == .init(
          name: "pi1", isReady: true, address: "10.77.0.11", machineID: "0123456789abcdef0123456789abcdef",
          serial: "100001", podRange: "10.244.0.0/24"))
    #expect(view.node("pi2")?.isCordoned == true)
    #expect(view.member("pi3", address: "10.77.0.13")?.isLearner == true)
    #expect(view.refused.isEmpty)
  }

  @Test func silenceIsNoEmptyCluster() {
    let view = ClusterView([("pi2", Self.dead)], mark: "m")
    #expect(!view.hasQuorum && view.nodes == nil && view.holders == ["pi2"])
  }

  /// Sections without the mark of this process are not sections, whatever prints them.
  @Test func nobodyCanWriteSections() {
    let view = ClusterView([("pi1", Self.first)], mark: "other")
    #expect(view == ClusterView())
    let forged = Self.dead + "@section m2 api\nok\n"
    #expect(ClusterView([("pi2", forged)], mark: "m").ready.isEmpty)
  }

  /// A kubelet may write what it likes into its own status: it stays a value of that node, and counts only where it is
  /// what it should be.
  @Test func aNodesStatusSaysNothingOfOthers() {
    let ghost = #"0123\t\t10.244.2.0/24\nghost$(id)';id;'\tTrue\t\t10.77.0.66\tabcd\t\t10.244.9.0/24\nn1\tFalse"#
    let text = """
      @section m nodes
      {"items":[
      {"metadata":{"name":"n1"},"spec":{"podCIDR":"10.244.1.0/24"},"status":{"nodeInfo":{"machineID":"\(String(repeating: "a", count: 32))"},
       "addresses":[{"type":"InternalIP","address":"10.77.0.11"}]}},
      {"metadata":{"name":"n2","annotations":{"hearth/serial":"x\\"\\u0085!y"}},"spec":{"podCIDR":"10.244.2.0/24"},
       "status":{"nodeInfo":{"machineID":"\(ghost)"},"addresses":[{"type":"InternalIP","address":"10.77.0.12\\n10.77.0.66"}]}},
      {"metadata":{"name":"ghost$(id)';id;'"},"spec":{}},
      {"metadata":{"name":"-x"},"spec":{}}]}
      """
    let view = ClusterView([("n1", text)], mark: "m")
    #expect(view.nodes?.map(\.name) == ["n1", "n2"])
    #expect(view.node("n1")?.machineID == String(repeating: "a", count: 32))
    #expect(view.node("n2") == .init(name: "n2", podRange: "10.244.2.0/24"))
    #expect(view.refused.count == 5)
  }

  /// The list of members as a compromised host told it, in etcd's own form.
  @Test func anEtcdMemberIsNoShellText() throws {
    let text = #"""
      {"members":[
      {"ID":465432798,"name":"n2","peerURLs":["https://10.77.0.12:2380"],"clientURLs":["https://10.77.0.12:2379"]},
      {"ID":734923230,"name":"gone';id;'","peerURLs":["https://10.77.0.99:2380,x=y"],"clientURLs":["$(touch /run/hearth-pwned; id >&2)"]}]}
      """#
    var refused: [String] = []
    let members = try #require(EtcdMember.list(json: Array(text.utf8), refused: &refused))
    #expect(members.map(\.clientURL) == ["https://10.77.0.12:2379", ""])
    #expect(members.map(\.name) == ["n2", ""])
    #expect(members.map(\.peerURL) == ["https://10.77.0.12:2380", ""])
    #expect(refused.count == 3)
    #expect(EtcdMember.list(json: Array(#"{"members":[{"ID":"1; id"}]}"#.utf8)) == nil)
    #expect(EtcdMember.list(json: Array(#"{"members":[{"ID":-1}]}"#.utf8)) == nil)
  }

  @Test(arguments: [
    ("https://10.77.0.12:2379", true), ("http://10.77.0.12:2379", false), ("https://10.77.0.12", false),
    ("https://10.77.0.12:0", false), ("https://10.77.0.12:2379/x", false), ("https://n2:2379", false),
    ("https://10.77.0.012:2379", false), ("https://10.77.0.12:02379", false), ("https://10.77.0.12:2379\n", false),
    ("https://10.77.0.12:65536", false), ("https://10.77.0.12:2379,https://10.77.0.13:2379", false),
  ])
  func etcdURLsAreAddressAndPort(_ text: String, _ isGood: Bool) {
    #expect((ClusterText.etcdURL(text) == text) == isGood)
  }

  @Test(arguments: [
    ("pi1", true), ("pi-1.home", true), ("1pi", true), ("", false), ("Pi", false), ("a..b", false), ("-a", false),
    ("a-", false), ("a_b", false), ("a b", false), ("é", false), ("a\n", false),
    (String(repeating: "a", count: 254), false),
  ])
  func namesOfNodesArePlain(_ text: String, _ isGood: Bool) {
    #expect((ClusterText.nodeName(text) == text) == isGood)
  }
}
