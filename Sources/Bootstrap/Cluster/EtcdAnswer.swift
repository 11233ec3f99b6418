import Foundation

/// What `etcdctl -w json` prints, as far as it is needed; the names are etcd's own.
package enum EtcdAnswer {
  package struct Header: Decodable, Sendable {
    package var member_id: UInt64
    package var revision: Int?
  }

  /// Of `endpoint status`.
  package struct Endpoint: Decodable, Sendable {
    package struct Status: Decodable, Sendable {
      package var header: Header
      package var leader: UInt64?
    }
    package var Status: Status
  }

  /// Of `endpoint health`.
  struct Health: Decodable {
    var endpoint: String
    var health: Bool
  }

  /// Of `member list`; what is empty is left out.
  struct Members: Decodable {
    struct Member: Decodable {
      var ID: UInt64
      var name: String?
      var peerURLs: [String]?
      var clientURLs: [String]?
      var isLearner: Bool?
    }
    var members: [Member]
  }

  /// A member's id as etcdctl takes it.
  static func hex(_ id: UInt64) -> String { String(id, radix: 16) }

  /// The newest revision that `endpoint status` names; nil where the text is something else.
  package static func revision(_ json: [UInt8]) -> Int? {
    (try? JSONDecoder().decode([Endpoint].self, from: Data(json)))?.compactMap(\.Status.header.revision).max()
  }
}

extension EtcdMember {
  /// Reads `etcdctl member list -w json`; nil where it is something else.
  package static func list(json: [UInt8]) -> [EtcdMember]? {
    var refused: [String] = []
    return list(json: json, refused: &refused)
  }

  /// - Parameter refused: gets a sentence for each value that is not what it should be. A member without a peer URL of the
  ///   rack's kind keeps its id, because it counts.
  static func list(json: [UInt8], refused: inout [String]) -> [EtcdMember]? {
    guard let answer = try? JSONDecoder().decode(EtcdAnswer.Members.self, from: Data(json)) else { return nil }
    return answer.members.map { member in
      let id = EtcdAnswer.hex(member.ID)
      func checked(_ what: String, _ text: String?, _ pattern: (String) -> String?) -> String {
        guard let text, !text.isEmpty else { return "" }
        if let good = pattern(text) { return good }
        refused.append("the \(what) of etcd's member \(id) is \(text.prefix(80).debugDescription)")
        return ""
      }
      return EtcdMember(
        id: id, name: checked("name", member.name, ClusterText.nodeName),
        peerURL: checked("peer URL", member.peerURLs?.first, ClusterText.etcdURL),
        clientURL: checked("client URL", member.clientURLs?.first, ClusterText.etcdURL),
        isLearner: member.isLearner == true)
    }
  }
}
