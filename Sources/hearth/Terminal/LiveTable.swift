import Diagnostics
import Untrusted

/// The moving part of a terminal: one line per host. Pure; ``TerminalSink`` puts it on the screen.
struct LiveTable {
  var style: Style
  var width: Int
  /// Rows that the table may take.
  var height = 40

  /// Lines, each at most `width` columns wide before colour. Where not all hosts have room, those that failed and those that
  /// work come first.
  func lines(_ state: RunState, elapsed: Double, now: ContinuousClock.Instant = .now) -> [Styled] {
    guard !state.order.isEmpty else { return [] }
    let nameWidth = min(20, state.order.map(\.count).max() ?? 0)
    let head = fit(
      [state.title, Quantity.seconds(elapsed), state.progress].filter { !$0.isEmpty }.joined(separator: "  "), width)
    let room = max(1, height - 1)
    guard state.order.count > room else {
      return [style.bold(head)] + state.order.map { row($0, state.hosts[$0], nameWidth, now) }
    }
    let failed = state.order.filter { state.hosts[$0]?.failed == true }
    let working = state.order.filter { state.hosts[$0]?.failed != true && state.hosts[$0]?.isWorking == true }
    let rest = state.order.filter { !failed.contains($0) && !working.contains($0) }
    let shown = (failed + working + rest).prefix(max(1, room - 1))
    return [style.bold(head)] + shown.map { row($0, state.hosts[$0], nameWidth, now) }
      + (room > 1 ? [Styled("  … \(state.order.count - shown.count) more hosts")] : [])
  }

  private func row(_ name: String, _ host: RunState.Host?, _ nameWidth: Int, _ now: ContinuousClock.Instant) -> Styled {
    let padded = fit(name, nameWidth).padding(nameWidth)
    guard let host else { return "  \(padded)" }
    if host.failed { return "  " + style.red("✗ \(padded)") + "  failed" }
    guard let step = host.step else {
      let text = host.finishedPhase || host.phase.isEmpty ? "" : "\(host.phase)" + count(host)
      return "  " + (host.finishedPhase ? style.green("✓") : style.dim("·")) + " \(padded)  " + style.dim(text)
    }
    // How far it is matters more than the end of a long name.
    let room = width - nameWidth - 6
    var tail = ""
    if let done = step.doneBytes {
      tail = progress(
        done: done, total: step.totalBytes, since: step.started, now: now, isBrief: room < Self.roomForDetails)
    } else {
      tail = Quantity.seconds(Self.seconds(now - step.started))
    }
    let text = fit("\(step.phase)\(count(host))  \(step.name)", max(8, room - tail.count - 2))
    return Styled("  ▸ \(padded)  " + fit("\(text)  \(tail)", room))
  }

  /// Steps done of how many.
  private func count(_ host: RunState.Host) -> String {
    host.planned.map { $0 > 0 ? "  \(min(host.changed, $0))/\($0)" : "" } ?? ""
  }

  /// Columns that a step with a rate and a time left needs to be of use.
  private static let roomForDetails = 90

  private func progress(
    done: Int, total: Int?, since: ContinuousClock.Instant?, now: ContinuousClock.Instant, isBrief: Bool
  ) -> String {
    if isBrief { return total.map { $0 > 0 ? "\(done.saturatingTimes(100) / $0) %" : "" } ?? Quantity.bytes(done) }
    let elapsed = since.map { Self.seconds(now - $0) } ?? 0
    let rate = elapsed > 0.2 ? Double(done) / elapsed : 0
    var text = Quantity.bytes(done)
    if let total { text += " of \(Quantity.bytes(total))" }
    if rate > 0 { text += ", \(Quantity.bytes(Int(nearest: rate)))/s" }
    if let total, rate > 0, total > done { text += ", \(Quantity.seconds(Double(total - done) / rate)) left" }
    return text
  }

  /// What is not seen is shown before columns are counted.
  private func fit(_ text: String, _ columns: Int) -> String {
    let text = text.visibleLine
    return text.count <= columns ? text : String(text.prefix(max(1, columns - 1))) + "…"
  }

  static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}

extension String {
  /// The text with spaces behind it, at least `columns` characters long.
  func padding(_ columns: Int) -> String {
    count >= columns ? self : self + String(repeating: " ", count: columns - count)
  }
}
