import Provision

/// The phases of a cluster, by what they are; their names are made here and read here only.
package enum ClusterPhase: Sendable, Hashable {
  case software, start, cluster, joined, retire
  /// Of one control plane that joins.
  case announce(String), join(String), promote(String)
  /// Of one that leaves.
  case stop(String), remove(String)

  package var name: String {
    switch self {
    case .software: "software"
    case .start: "start"
    case .cluster: "cluster"
    case .joined: "joined"
    case .retire: "retire"
    case .announce(let node): "announce \(node)"
    case .join(let node): "join \(node)"
    case .promote(let node): "promote \(node)"
    case .stop(let node): "stop \(node)"
    case .remove(let node): "remove \(node)"
    }
  }

  /// Of the phases with this name; nil for phases that are not a cluster's.
  package init?(_ name: String) {
    let words = name.split(separator: " ", maxSplits: 1).map(String.init)
    if words.count == 2 {
      let makers: [String: (String) -> ClusterPhase] = [
        "announce": Self.announce, "join": Self.join, "promote": Self.promote, "stop": Self.stop, "remove": Self.remove,
      ]
      guard let make = makers[words[0]] else { return nil }
      self = make(words[1])
    } else {
      let all: [ClusterPhase] = [.software, .start, .cluster, .joined, .retire]
      guard let found = all.first(where: { $0.name == name }) else { return nil }
      self = found
    }
  }

  /// Takes something away from a control plane.
  var isDeparture: Bool {
    switch self {
    case .stop, .remove, .retire: true
    default: false
    }
  }
}

extension Phase {
  init(
    _ id: ClusterPhase, title: String, resources: [String: [Resource]], needs: Set<String> = [],
    leaders: Set<String> = []
  ) {
    self.init(id.name, title: title, resources: resources, needs: needs, leaders: leaders)
  }

  var id: ClusterPhase? { ClusterPhase(name) }
}
