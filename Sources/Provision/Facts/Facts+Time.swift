extension Facts {
  mutating func readTime(_ report: FactsReport, before: Duration?, after: Duration?) {
    clock = Facts.time(report.value("clock") ?? "") ?? .zero
    if clock != .zero, let before, let after {
      clockOffset = ClockOffset(host: clock, before: before, after: after)
    }
    let exists = Set(report.values["exists"] ?? [])
    if exists.contains("/run/chrony/chronyd.pid") {
      timeSync.service = .chrony
      timeSync.synchronized = chronyIsSynchronized(report.sections["chrony"])
    } else if exists.contains("/run/systemd/timesync/synchronized") {
      timeSync.service = .timesyncd
      timeSync.synchronized = true
    } else if exists.contains("/run/ntpd.pid") {
      timeSync.service = .ntpd
    } else if exists.contains("/run/systemd/timesync") {
      timeSync.service = .timesyncd
      timeSync.synchronized = false
    }
  }

  /// `1795476965.288823894`.
  private static func time(_ text: String) -> Duration? {
    guard let (whole, fraction) = text.cut("."), let seconds = Int64(whole), fraction.count == 9,
      let nanoseconds = Int64(fraction)
    else { return nil }
    return .seconds(seconds) + .nanoseconds(nanoseconds)
  }

  private func chronyIsSynchronized(_ lines: [String]?) -> Bool? {
    let status = lines?.compactMap { $0.cut(":") }.first { $0.0.trimmed == "Leap status" }?.1.trimmed
    return status.map { $0 != "Not synchronised" }
  }
}
