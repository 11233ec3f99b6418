import Diagnostics

/// The end of a run in a few lines.
struct SummaryText {
  var style: Style

  func render(_ summary: Summary) -> String {
    var lines: [String] = []
    let time = Quantity.seconds(summary.seconds)
    switch summary.result {
    case .done where summary.changed == 0:
      lines.append(style.green("✓") + " \(summary.command): no changes (\(time))")
    case .done:
      lines.append(style.green("✓") + " \(summary.command): done, \(count(summary.changed)) in \(time)")
    case .refused:
      lines.append("\(summary.command): stopped before any change")
    case .failed:
      lines.append(style.red("✗") + " \(summary.command): failed after \(time), \(count(summary.changed)) made")
    case .partly:
      lines.append(style.red("✗") + " \(summary.command): some hosts failed; \(count(summary.changed)) in \(time)")
    }
    for (name, host) in summary.hosts.sorted(by: { $0.key < $1.key }) where !host.failures.isEmpty {
      lines.append("  " + style.red(name) + ": " + (host.failures.first ?? ""))
    }
    return lines.joined(separator: "\n")
  }

  private func count(_ changes: Int) -> String { changes == 1 ? "1 change" : "\(changes) changes" }
}
