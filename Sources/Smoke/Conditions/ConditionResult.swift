package import Diagnostics
import Inventory

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
