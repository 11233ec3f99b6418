package import Inventory

/// One named statement about a healthy rack, shared by the waits of `up`, by `status` and by `smoke`: what it is
/// called, where it is looked for, which observation it needs, how that is judged and what to do if it does not hold.
///
/// Judging is pure: the same observation always gives the same verdict.
package struct HealthCondition: Sendable {
  /// Whom the statement is about; each subject gets a verdict of its own.
  package enum Scope: Sendable, Equatable {
    case cluster
    case eachControlPlane
    case eachNode
  }

  /// Which observation the judge reads.
  package enum Source: Sendable, Equatable {
    /// What a host says of itself: units, certificates, its own API server and etcd member.
    case hosts
    /// What the API server says of nodes and add-ons.
    case cluster
    /// What the pods of a smoke test found out.
    case trials
  }

  /// A stable identifier such as `node-ready`.
  package let name: String
  /// The statement itself, such as "node is Ready".
  package let title: String
  package let scope: Scope
  package let source: Source
  /// Racks that the statement is about.
  private let applies: @Sendable (Rack) -> Bool
  private let judgement: @Sendable (Observation, Place) -> Verdict
  private let remedyFor: @Sendable (Place) -> Remedy

  package init(
    _ name: String, _ title: String, _ scope: Scope, seenIn source: Source,
    where applies: @escaping @Sendable (Rack) -> Bool = { _ in true },
    remedy: @escaping @Sendable (Place) -> Remedy,
    judge: @escaping @Sendable (Observation, Place) -> Verdict
  ) {
    self.name = name
    self.title = title
    self.scope = scope
    self.source = source
    self.applies = applies
    remedyFor = remedy
    judgement = judge
  }

  package func judge(_ observation: Observation, at place: Place) -> Verdict { judgement(observation, place) }

  /// The name of a result: conditions called `wasm/FORMAT` give one named `wasm/NODE/FORMAT` for each node.
  func name(at place: Place) -> String {
    guard name.hasPrefix("wasm/"), let host = place.host else { return name }
    return "wasm/\(host)/\(name.dropFirst(5))"
  }

  package func remedy(at place: Place) -> Remedy { remedyFor(place) }

  /// The subjects of this condition in a rack.
  package func places(in rack: Rack) -> [Place] {
    guard applies(rack) else { return [] }
    return switch scope {
    case .cluster: [Place(rack: rack, node: nil)]
    case .eachControlPlane: rack.controlPlane.map { Place(rack: rack, node: $0) }
    case .eachNode: rack.nodes.map { Place(rack: rack, node: $0) }
    }
  }
}

/// The subject of a verdict: the whole cluster or one node of it.
package struct Place: Sendable {
  package var rack: Rack
  package var node: Node?

  package init(rack: Rack, node: Node?) {
    self.rack = rack
    self.node = node
  }

  /// The node's name; nil for the whole cluster.
  package var host: String? { node?.name }

  /// Where kubectl can be typed.
  var controlPlaneHost: String? { (rack.controlPlane.first ?? rack.nodes.first)?.name }
}
