import Artifacts
import Diagnostics
import Untrusted

extension Facts {
  mutating func readSystem(_ report: FactsReport) throws(HearthError) {
    let release = report.assignments("/etc/os-release")
    osID = word(release["ID"])
    osVersion = word(release["VERSION_ID"])
    osName = (release["PRETTY_NAME"] ?? "").bounded(100).visibleLine
    kernel = word(report.line("/proc/sys/kernel/osrelease"))
    kernelCommandLine = report.line("/proc/cmdline")
    machine = word(report.value("machine"))
    machineID = NamePattern.machineID.optional(report.line("/etc/machine-id")) ?? ""
    bootID = NamePattern.bootID.optional(report.line("/proc/sys/kernel/random/boot_id")) ?? ""
    hostname = report.line("/proc/sys/kernel/hostname").bounded(253).visibleLine
    staticHostname = report.line("/etc/hostname").bounded(253).visibleLine
    isRoot =
      report.files["/proc/self/status"]?.contains { $0.hasPrefix("Uid:") && $0.words.dropFirst(2).first == "0" }
      ?? false
    if let size = report.value("page-size") {
      pageSizeBytes = try Int(checked: size, in: 512...1 << 24, unit: "bytes", of: "the page size")
    }
    uptimeSeconds = Double(checked: report.line("/proc/uptime").words.first ?? "", in: 0...1e10) ?? 0
    readSystemd(report)
  }

  private mutating func readSystemd(_ report: FactsReport) {
    hasSystemd = report.value("systemd") == "1"
    for line in report.sections["systemd"] ?? [] {
      if let (key, value) = line.cut("="), key == "SystemState" { systemState = word(value) }
    }
    failedUnits = (report.sections["failed-units"] ?? []).prefix(100).compactMap { line in
      NamePattern.unit.optional(line.words.first { $0.contains(".") })
    }
  }

  /// A name or a version; empty, which stands for unknown, where it is anything else.
  private func word(_ text: String?) -> String {
    NamePattern.version.optional(text) ?? ""
  }
}

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

extension Facts {
  mutating func readSoftware(_ report: FactsReport) {
    existingPaths = Set(report.values["exists"] ?? [])
    readPackages(report.sections["packages"] ?? [])
    architecture = Architecture(rawValue: debianArchitecture)
    nodeRecord = report.files["/etc/hearth/node.json"]?.joined(separator: "\n")
    hasManifest = existingPaths.contains("/var/lib/hearth/manifest")
    installations = Set(
      Installation.allCases.filter { installation in
        installation.packages.contains { packages[$0] != nil }
          || installation.evidence.contains(where: existingPaths.contains)
      })
    aptSchemes = Set((report.sections["apt"] ?? []).map { String($0.trimmed.dropLast()).bounded(32).visibleLine })
    language = (report.assignments("/etc/default/locale")["LANG"] ?? "").bounded(64).visibleLine
    readFirewall(report)
    readSettings(ofBoot: report)
  }

  /// Stanzas of dpkg's status file, cut to four fields. The package `dpkg` itself tells the userland's architecture.
  private mutating func readPackages(_ lines: [String]) {
    var name = ""
    var installed = false
    for line in lines {
      guard let (field, text) = line.cut(":") else { continue }
      let value = text.trimmed
      switch field {
      case "Package":
        name = value
        installed = false
      case "Status": installed = value.hasSuffix(" installed")
      case "Architecture": if name == "dpkg" { debianArchitecture = value.bounded(32).visibleLine }
      case "Version": if installed { packages[name] = NamePattern.version.optional(value) ?? "unknown" }
      default: break
      }
    }
  }
}
