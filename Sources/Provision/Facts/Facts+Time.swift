import Untrusted

extension Facts {
  mutating func readTime(_ report: FactsReport, before: Duration?, after: Duration?) {
    clock = Facts.time(report.value("clock") ?? "") ?? .zero
    if clock != .zero, let before, let after {
      clockOffset = ClockOffset(host: clock, before: before, after: after)
    }
    let exists = Set(report.values["exists"] ?? [])
    // Older answers name files only.
    for process in report.values["time"] ?? Facts.timeServices(exists) {
      guard let service = TimeSync.Service(process: process), !timeSync.services.contains(service) else { continue }
      timeSync.services.append(service)
    }
    timeSync.service = timeSync.services.first
    switch timeSync.service {
    case .chrony: timeSync.synchronized = chronyIsSynchronized(report.sections["chrony"])
    case .timesyncd: timeSync.synchronized = exists.contains("/run/systemd/timesync/synchronized")
    default: break
    }
  }

  private static func timeServices(_ exists: Set<String>) -> [String] {
    [
      ("/run/chrony/chronyd.pid", "chronyd"), ("/run/ntpd.pid", "ntpd"),
      ("/run/systemd/timesync/synchronized", "systemd-timesyncd"), ("/run/systemd/timesync", "systemd-timesyncd"),
    ].filter { exists.contains($0.0) }.map(\.1)
  }

  /// `1795476965.288823894`.
  private static func time(_ text: String) -> Duration? {
    guard let (whole, fraction) = text.cut("."), let seconds = Int64(checked: whole, in: 0...253_402_300_799),
      fraction.count == 9, let nanoseconds = Int64(checked: fraction, in: 0...999_999_999)
    else { return nil }
    return .seconds(seconds) + .nanoseconds(nanoseconds)
  }

  private func chronyIsSynchronized(_ lines: [String]?) -> Bool? {
    let status = lines?.compactMap { $0.cut(":") }.first { $0.0.trimmed == "Leap status" }?.1.trimmed
    return status.map { $0 != "Not synchronised" }
  }
}
