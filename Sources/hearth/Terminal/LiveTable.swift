import Diagnostics

/// The moving part of a terminal: one line per host. Pure; ``TerminalSink`` puts it on the screen.
struct LiveTable {
  var style: Style
  var width: Int

  /// Lines, each at most `width` columns wide before colour.
  func lines(_ state: RunState, elapsed: Double, now: ContinuousClock.Instant = .now) -> [String] {
    guard !state.order.isEmpty else { return [] }
    let nameWidth = min(20, state.order.map(\.count).max() ?? 0)
    let head = fit("\(state.title)  \(Quantity.seconds(elapsed))", width)
    return [style.bold(head)] + state.order.prefix(40).map { row($0, state.hosts[$0], nameWidth, now) }
      + (state.order.count > 40 ? ["  … \(state.order.count - 40) more hosts"] : [])
  }

  private func row(_ name: String, _ host: RunState.Host?, _ nameWidth: Int, _ now: ContinuousClock.Instant) -> String {
    let padded = fit(name, nameWidth).padding(nameWidth)
    guard let host else { return "  \(padded)" }
    if host.failed { return "  " + style.red("✗ \(padded)") + "  failed" }
    guard let step = host.step else {
      let text = host.finishedPhase || host.phase.isEmpty ? "" : "\(host.phase)"
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
    let text = fit("\(step.phase)  \(step.name)", max(8, room - tail.count - 2))
    return "  ▸ \(padded)  " + fit("\(text)  \(tail)", room)
  }

  /// Columns that a step with a rate and a time left needs to be of use.
  private static let roomForDetails = 90

  private func progress(
    done: Int, total: Int?, since: ContinuousClock.Instant?, now: ContinuousClock.Instant, isBrief: Bool
  ) -> String {
    if isBrief { return total.map { $0 > 0 ? "\(done * 100 / $0) %" : "" } ?? Quantity.bytes(done) }
    let elapsed = since.map { Self.seconds(now - $0) } ?? 0
    let rate = elapsed > 0.2 ? Double(done) / elapsed : 0
    var text = Quantity.bytes(done)
    if let total { text += " of \(Quantity.bytes(total))" }
    if rate > 0 { text += ", \(Quantity.bytes(Int(rate)))/s" }
    if let total, rate > 0, total > done { text += ", \(Quantity.seconds(Double(total - done) / rate)) left" }
    return text
  }

  private func fit(_ text: String, _ columns: Int) -> String {
    text.count <= columns ? text : String(text.prefix(max(1, columns - 1))) + "…"
  }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}

extension String {
  /// The text with spaces behind it, at least `columns` characters long.
  func padding(_ columns: Int) -> String {
    count >= columns ? self : self + String(repeating: " ", count: columns - count)
  }
}
