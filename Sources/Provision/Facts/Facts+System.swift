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
