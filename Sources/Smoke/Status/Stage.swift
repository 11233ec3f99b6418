package import Inventory

/// One step on a rack's way from power-on to service. Each needs those before it.
package struct Stage: Sendable, Equatable, Codable {
  /// `hosts`, `etcd`, `api`, `nodes` or `add-ons`.
  package var name: String
  package var isReached: Bool
  /// Such as `2 of 4 answer`.
  package var detail: String

  package init(name: String, isReached: Bool, detail: String) {
    self.name = name
    self.isReached = isReached
    self.detail = detail
  }

  /// All stages of a rack, as far as they can be told from what was seen.
  package static func all(rack: Rack, observation: Observation) -> [Stage] {
    let planes = rack.controlPlane
    let answering = rack.nodes.count { observation.hosts[$0.name] != nil }
    let members = planes.count { observation.hosts[$0.name]?.etcd?.healthy == true }
    let servers = planes.count { observation.hosts[$0.name]?.api?.healthy == true }
    let ready = rack.nodes.count {
      observation.cluster?.node($0.name)?.isReady == true && !observation.isRemembered($0.name)
    }
    let addOns = observation.cluster?.addOns ?? []
    let serving = addOns.count { $0.ready >= $0.wanted }
    return [
      Stage(
        name: "hosts", isReached: answering == rack.nodes.count, detail: "\(answering) of \(rack.nodes.count) answer"),
      Stage(
        name: "etcd", isReached: members == planes.count,
        detail: "\(members) of \(planes.count) members healthy" + quorum(members, planes.count)),
      Stage(name: "api", isReached: servers == planes.count, detail: "\(servers) of \(planes.count) API servers ready"),
      Stage(
        name: "nodes", isReached: ready == rack.nodes.count,
        detail: observation.cluster == nil ? "not known yet" : "\(ready) of \(rack.nodes.count) Ready"),
      Stage(
        name: "add-ons", isReached: observation.cluster != nil && serving == addOns.count,
        detail: observation.cluster == nil ? "not known yet" : "\(serving) of \(addOns.count) serve"),
    ]
  }

  private static func quorum(_ healthy: Int, _ count: Int) -> String {
    let needed = count / 2 + 1
    return healthy > 0 || count == 1 ? "" : ", \(needed) must be up together"
  }

  /// The stages on one line: those that are reached by name, the others with their detail; nil when all are.
  package static func line(_ stages: [Stage]) -> String? {
    let open = stages.filter { !$0.isReached }
    guard !open.isEmpty else { return nil }
    let done = stages.filter(\.isReached).map(\.name)
    let prefix = done.isEmpty ? "" : "\(done.joined(separator: ", ")) up; "
    return prefix + open.map { "\($0.name): \($0.detail)" }.joined(separator: "; ")
  }
}
