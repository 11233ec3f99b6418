import Diagnostics
import Untrusted

/// One line an event, for pipes, logs and screen readers: no cursor movement, nothing drawn twice.
struct PlainLines {
  var style: Style

  /// The line for an event, or nil where a plain log says nothing.
  ///
  /// - Parameter previous: the last error, if nothing else was written since.
  func line(for event: Event, after previous: HearthError? = nil) -> Styled? {
    switch event {
    case .runStarted(let command, let rack, let hosts):
      return style.bold("\(command): \(rack), \(hosts.count) \(hosts.count == 1 ? "host" : "hosts")")
    case .phaseStarted(let phase, let hosts):
      return Styled(hosts.isEmpty ? "\(phase) …" : "\(phase) on \(hosts.joined(separator: ", ")) …")
    case .phaseEnded(let phase, let seconds, let succeeded):
      return (succeeded ? style.green("✓") : style.red("✗")) + " \(phase) "
        + style.dim("(\(Quantity.seconds(seconds)))")
    case .stepStarted, .stepProgress, .planned:
      return nil
    case .stepEnded(let host, _, let step, let outcome, let seconds, let detail):
      guard outcome != .unchanged else { return nil }
      let mark = outcome == .failed ? style.red("failed") : Styled(outcome.rawValue)
      let suffix = detail.map { ": \($0.indented)" } ?? ""
      return "  \(host)  " + mark + "  \(step.visibleLine) " + style.dim("(\(Quantity.seconds(seconds)))") + suffix
    case .condition(let name, let host, let state, let detail):
      return condition(name, host, state, detail)
    case .note(let level, let host, let text):
      let place = host.map { "\($0): " } ?? ""
      switch level {
      case .debug: return nil
      case .info: return Styled(place + text.indented)
      case .warning: return style.yellow("warning: ") + place + text.indented
      }
    case .failure(let error):
      return ErrorText(style: style).render(error, after: previous)
    case .summary(let summary):
      return SummaryText(style: style).render(summary)
    }
  }

  private func condition(_ name: String, _ host: String?, _ state: Event.ConditionState, _ detail: String) -> Styled {
    let place = host.map { " on \($0)" } ?? ""
    let suffix = detail.isEmpty ? Styled("") : style.dim("  \(detail.indented)")
    switch state {
    case .waiting: return "  … \(name)\(place)" + suffix
    case .met: return "  " + style.green("✓") + " \(name)\(place)" + suffix
    case .failed: return "  " + style.red("✗") + " \(name)\(place)" + suffix
    case .skipped: return "  - \(name)\(place)" + suffix
    }
  }
}
