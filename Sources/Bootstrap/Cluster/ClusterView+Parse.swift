import Diagnostics
import Foundation
import Inventory
import Smoke
import Untrusted

extension ClusterView {
  /// What hosts of the control plane printed, in order; see `templates/cluster/view.sh`. Health is judged by each host's
  /// own member: only that has gone through a quorum.
  ///
  /// - Parameter mark: the random word in the lines between the sections.
  init(_ answers: [(String, String)], mark: String) {
    self.init()
    var healthyIDs: Set<String> = []
    for (host, text) in answers {
      let sections = Self.sections(text, mark)
      if sections["data"] != nil { holders.insert(host) }
      if sections["api"].map({ String(decoding: $0, as: UTF8.self) }) == "ok" { ready.insert(host) }
      if policies == nil, let list = sections["policies"] { readPolicies(list, from: host) }
      if nodes == nil, let list = sections["nodes"] { readNodes(list, from: host) }
      let health: [EtcdAnswer.Health]? = Self.decode(sections["health"])
      let status: [EtcdAnswer.Endpoint]? = Self.decode(sections["status"])
      guard health?.first?.health == true, let own = status?.first?.Status else { continue }
      let id = EtcdAnswer.hex(own.header.member_id)
      if own.leader == own.header.member_id { leader = id }
      if members.isEmpty, let list = sections["members"] { readMembers(list, from: host) }
      healthyIDs.insert(id)
    }
    for index in members.indices where healthyIDs.contains(members[index].id) { members[index].isHealthy = true }
  }

  private mutating func readMembers(_ json: [UInt8], from host: String) {
    guard let found = EtcdMember.list(json: json, refused: &refused) else {
      refused.append("the list of etcd's members on \(host) cannot be read")
      return
    }
    members = found
  }

  private mutating func readPolicies(_ json: [UInt8], from host: String) {
    policies = UnenforcedPolicies(json: json)
    if policies == nil { refused.append("the list of NetworkPolicies on \(host) cannot be read") }
  }

  private mutating func readNodes(_ json: [UInt8], from host: String) {
    guard let list: ObjectList<NodeAnswer> = Self.decode(json) else {
      refused.append("the list of nodes on \(host) cannot be read")
      return
    }
    nodes = list.items.compactMap { Node($0, refused: &refused) }
  }

  static func decode<Value: Decodable>(_ json: [UInt8]?) -> Value? {
    json.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0)) }
  }

  private static func sections(_ text: String, _ mark: String) -> [String: [UInt8]] {
    var sections: [String: [UInt8]] = [:]
    var name: String?
    let begin = Array("@section \(mark) ".utf8)
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.starts(with: begin) {
        let next = String(decoding: line.dropFirst(begin.count), as: UTF8.self)
        // The first of a name counts.
        name = sections[next] == nil ? next : nil
        if let name { sections[name] = [] }
      } else if let name, !line.isEmpty {
        if sections[name]?.isEmpty == false { sections[name]?.append(UInt8(ascii: "\n")) }
        sections[name]?.append(contentsOf: line)
      }
    }
    return sections
  }
}

extension ClusterView.Node {
  /// A node whose name is none is left out; a field that a kubelet has filled with something else is empty.
  init?(_ object: NodeAnswer, refused: inout [String]) {
    guard let name = ClusterText.nodeName(object.metadata.name) else {
      refused.append("the cluster lists a node with the name \(object.metadata.name.debugDescription)")
      return nil
    }
    func checked(_ what: String, _ text: String?, _ pattern: (String) -> String?) -> String {
      guard let text, !text.isEmpty else { return "" }
      if let good = pattern(text) { return good }
      refused.append("the \(what) of node \(name) is \(text.prefix(80).debugDescription)")
      return ""
    }
    let address = object.status?.addresses?.first { $0.type == "InternalIP" }?.address
    self.init(
      name: name, isReady: object.status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } == true,
      isCordoned: object.spec?.unschedulable == true, address: checked("address", address, ClusterText.address),
      machineID: checked("machine id", object.status?.nodeInfo?.machineID, ClusterText.machineID),
      serial: checked("serial number", object.metadata.annotations?["hearth/serial"], ClusterText.serial),
      podRange: checked("pod range", object.spec?.podCIDR, ClusterText.network))
  }
}

/// A Node object, as far as it is needed.
struct NodeAnswer: Decodable {
  struct Metadata: Decodable {
    var name: String
    var annotations: [String: String]?
  }
  struct Spec: Decodable {
    var unschedulable: Bool?
    var podCIDR: String?
  }
  struct Status: Decodable {
    struct Condition: Decodable {
      var type: String
      var status: String
    }
    struct Address: Decodable {
      var type: String
      var address: String
    }
    struct Info: Decodable {
      var machineID: String?
      var kubeletVersion: String?
    }
    var conditions: [Condition]?
    var addresses: [Address]?
    var nodeInfo: Info?
  }
  var metadata: Metadata
  var spec: Spec?
  var status: Status?
}

/// Text that hosts and the cluster give, each kind by its own pattern: nil for everything else.
enum ClusterText {
  /// A name as Kubernetes gives them to nodes: an RFC 1123 subdomain.
  static func nodeName(_ text: String) -> String? { NamePattern.dnsSubdomain.optional(text) }

  static func machineID(_ text: String) -> String? { NamePattern.machineID.optional(text) }

  static func serial(_ text: String) -> String? { NamePattern.serial.optional(text) }

  static func address(_ text: String) -> String? { NamePattern.ipv4.optional(text) }

  /// In CIDR notation.
  static func network(_ text: String) -> String? { IPv4Network(text).map(\.description) }

  /// `https://ADDRESS:PORT` of an etcd member.
  static func etcdURL(_ text: String) -> String? {
    guard NamePattern.url.accepts(text), text.hasPrefix("https://") else { return nil }
    let parts = text.dropFirst("https://".count).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, NamePattern.ipv4.accepts(parts[0]), let port = UInt16(parts[1]), port > 0,
      String(port) == parts[1]
    else { return nil }
    return text
  }
}
