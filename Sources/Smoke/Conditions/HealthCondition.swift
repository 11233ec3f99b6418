package import Diagnostics
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

/// What to do about a condition that does not hold.
package struct Remedy: Sendable, Equatable {
  /// An imperative sentence.
  package var hint: String
  /// A command to try by hand.
  package var command: String
  /// The host to type the command on; nil means the operator's own machine.
  package var host: String?

  package init(_ hint: String, command: String, on host: String? = nil) {
    self.hint = hint
    self.command = command
    self.host = host
  }
}

/// What judging one condition came to.
package enum Verdict: Sendable, Equatable {
  /// The condition holds; the text says what was seen.
  case met(String)
  /// It does not hold: what was expected and what was seen instead.
  case failed(expected: String, seen: String)
  /// It cannot or need not be judged here, and why.
  case skipped(String)
  package var isFailed: Bool { if case .failed = self { true } else { false } }

  /// One line for people.
  package var detail: String {
    switch self {
    case .met(let seen): seen
    case .failed(let expected, let seen): "expected \(expected), saw \(seen)"
    case .skipped(let reason): reason
    }
  }
}

/// The verdict on one condition at one place, as reports show it.
package struct ConditionResult: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable { case passed, failed, skipped }

  package var name: String
  package var title: String
  /// nil for a condition of the whole cluster.
  package var host: String?
  package var state: State
  /// What was seen or, for a skipped one, why.
  package var detail: String
  /// Only of a failed one.
  package var expected: String?
  package var seen: String?
  package var hint: String?
  /// A command to try by hand, and the host to try it on.
  package var command: String?
  package var commandHost: String?
  /// How long the observation took.
  package var seconds: Double

  package init(_ condition: HealthCondition, at place: Place, verdict: Verdict, seconds: Double) {
    name = condition.name(at: place)
    title = condition.title
    host = place.host
    detail = verdict.detail
    self.seconds = seconds
    switch verdict {
    case .met: state = .passed
    case .skipped: state = .skipped
    case .failed(let expected, let seen):
      state = .failed
      self.expected = expected
      self.seen = seen
      let remedy = condition.remedy(at: place)
      hint = remedy.hint
      command = remedy.command
      commandHost = remedy.host
    }
  }

  package var event: Event {
    let eventState: Event.ConditionState =
      switch state {
      case .passed: .met
      case .failed: .failed
      case .skipped: .skipped
      }
    return .condition(name: name, host: host, state: eventState, detail: detail)
  }

  /// The failed condition as an error; nil unless it failed.
  package var error: HearthError? {
    guard state == .failed else { return nil }
    let typed = command.map { command in commandHost.map { "on \($0): \(command)" } ?? command }
    return HearthError(
      .cluster, "\(title): \(detail)", subject: Subject(host: host, step: name), hint: hint, command: typed
    )
  }
}
