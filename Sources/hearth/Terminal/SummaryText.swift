import Diagnostics
import Untrusted

/// The end of a run in a few lines.
struct SummaryText {
  var style: Style

  /// Commands that, run again, do what is left.
  private static let goingOn: Set = ["up", "host apply"]
  /// Commands that change no host: that they changed nothing is not news.
  private static let looking: Set = ["smoke", "logs", "exec", "bench"]
  private static let shownHosts = 12

  private static func list(_ actions: [String]) -> String {
    actions.count <= 4
      ? actions.joined(separator: ", ") : "\(actions.prefix(3).joined(separator: ", ")), … (\(actions.count))"
  }

  func render(_ summary: Summary) -> Styled {
    var lines: [Styled] = []
    let time = Quantity.seconds(summary.seconds)
    let failed = summary.hosts.sorted { $0.key < $1.key }.filter { !$0.value.failures.isEmpty }
    switch summary.result {
    case .done where summary.changed == 0 && !summary.actions.isEmpty:
      lines.append(style.green("✓") + " \(summary.command): \(Self.list(summary.actions)) (\(time))")
    case .done where summary.changed == 0 && Self.looking.contains(summary.command):
      lines.append(style.green("✓") + " \(summary.command): done (\(time))")
    case .done where summary.changed == 0:
      lines.append(style.green("✓") + " \(summary.command): no changes (\(time))")
    case .done:
      lines.append(style.green("✓") + " \(summary.command): done, \(count(summary.changed)) in \(time)")
    case .refused:
      lines.append("\(summary.command): cancelled, nothing was changed")
    case .failed:
      lines.append(style.red("✗") + " \(summary.command): failed after \(time), \(count(summary.changed)) made")
    case .partly where failed.isEmpty && summary.changed == 0 && !summary.actions.isEmpty:
      lines.append("\(summary.command): stopped after \(time); done before: \(Self.list(summary.actions))")
    case .partly where failed.isEmpty && summary.changed == 0:
      lines.append("\(summary.command): ended after \(time), in the middle of changes")
    case .partly where failed.isEmpty:
      lines.append("\(summary.command): stopped after \(time), \(count(summary.changed)) made")
    case .partly:
      lines.append(style.red("✗") + " \(summary.command): some hosts failed; \(count(summary.changed)) in \(time)")
    }
    lines += failed.prefix(Self.shownHosts).map { name, host in
      "  " + style.red(name) + ": " + Self.firstSentence(host.failures.first ?? "").visibleLine
    }
    if failed.count > Self.shownHosts { lines.append("  … and \(failed.count - Self.shownHosts) more hosts") }
    if !failed.isEmpty, summary.result != .refused, Self.goingOn.contains(summary.command) {
      lines.append(
        "  next: put right what is named above, then run `hearth \(summary.command)` again: it goes on from there")
    }
    return lines.joined(separator: "\n")
  }

  /// The whole was printed when it happened.
  private static func firstSentence(_ text: String) -> String {
    text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) } ?? text
  }

  private func count(_ changes: Int) -> String { changes == 1 ? "1 change" : "\(changes) changes" }
}
