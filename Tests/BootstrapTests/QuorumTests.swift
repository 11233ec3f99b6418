import Diagnostics
import Testing

@testable import Bootstrap

struct QuorumTests {
  static func member(_ index: Int, healthy: Bool = true, learner: Bool = false) -> EtcdMember {
    EtcdMember(
      id: "a\(index)", name: "pi\(index)", peerURL: "https://10.77.0.1\(index):2380",
      clientURL: "https://10.77.0.1\(index):2379", isLearner: learner, isHealthy: healthy)
  }

  /// A letter a voter: `u` is up, `d` is down; the one that leaves is counted from 1.
  @Test(
    arguments: [
      ("u", 1, "is the last control-plane node"),
      ("uu", 1, nil), ("ud", 2, "has lost its majority"), ("ud", 1, "has lost its majority"),
      ("uuu", 1, nil), ("uud", 3, nil), ("uud", 1, "without pi1, 1 of 2 etcd members would answer, and 2 are needed"),
      ("udd", 2, "has lost its majority"), ("uuuu", 4, nil), ("uuud", 1, nil),
      ("uuuud", 1, nil), ("uuudd", 4, nil), ("uuudd", 1, "without pi1, 2 of 4"),
    ] as [(String, Int, String?)])
  func removalKeepsTheMajority(voters: String, leaving: Int, expected: String?) {
    let members = voters.enumerated().map { Self.member($0 + 1, healthy: $1 == "u") }
    let objection = Quorum.objection(removing: members[leaving - 1], from: members)
    #expect((objection == nil) == (expected == nil), "\(objection?.message ?? "no objection")")
    if let expected { #expect(objection?.message.contains(expected) == true, "\(objection?.message ?? "")") }
  }

  @Test func theSafeOrderNamesTheDeadFirst() {
    let members = [Self.member(1), Self.member(2), Self.member(3, healthy: false)]
    let objection = Quorum.objection(removing: members[0], from: members)
    #expect(objection?.hint?.contains("hearth node remove pi3") == true)
    #expect(objection?.code == .refused)
  }

  /// The one that is stopped for a moment is counted from 1.
  @Test(
    arguments: [
      ("u", 1, true), ("uu", 1, true), ("ud", 1, true), ("uuu", 1, true), ("uud", 1, false), ("uud", 3, true),
      ("uuuud", 1, true), ("uuudd", 1, false), ("uuudd", 4, true),
    ])
  func nobodyIsStoppedBesideTheDead(voters: String, stopped: Int, isFine: Bool) {
    let members = voters.enumerated().map { Self.member($0 + 1, healthy: $1 == "u") }
    let objection = Quorum.objection(stopping: "pi\(stopped)", among: members)
    #expect((objection == nil) == isFine, "\(objection?.message ?? "no objection")")
  }

  @Test func learnersHaveNoVote() {
    let members = [Self.member(1), Self.member(2, healthy: false, learner: true)]
    #expect(Quorum(members) == Quorum(voters: 1, healthy: 1))
    #expect(Quorum.objection(removing: members[1], from: members) == nil)
    #expect(Quorum.objection(removing: members[0], from: members)?.message.contains("last") == true)
  }

  @Test func nobodyJoinsBesideTheDead() {
    #expect(Quorum.objection(adding: "pi4", to: [Self.member(1)]) == nil)
    let objection = Quorum.objection(
      adding: "pi4", to: [Self.member(1), Self.member(2), Self.member(3, healthy: false)])
    #expect(objection?.hint?.contains("hearth node remove pi3") == true)
  }

  @Test func readsEtcdsOwnWords() throws {
    let text = """
      {"header":{"cluster_id":17237436991929493444,"member_id":9483083947270707951,"raft_term":2},"members":[
      {"ID":9483083947270707951,"name":"pi3","peerURLs":["https://10.77.0.13:2380"],"clientURLs":["https://10.77.0.13:2379"]},
      {"ID":13045303847856278427,"peerURLs":["https://10.77.0.12:2380"],"isLearner":true}]}
      """
    #expect(EtcdMember.list(json: Array("Error: something else".utf8)) == nil)
    let members = try #require(EtcdMember.list(json: Array(text.utf8)))
    #expect(members.map(\.id) == ["839aae9b44479aef", "b50a3abb8e828b9b"])
    #expect(members.map(\.name) == ["pi3", ""])
    #expect(members.map(\.address) == ["10.77.0.13", "10.77.0.12"])
    #expect(members.map(\.hasStarted) == [true, false])
    #expect(members.map(\.isLearner) == [false, true])
  }
}
