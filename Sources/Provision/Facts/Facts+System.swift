import Artifacts

extension Facts {
  mutating func readSystem(_ report: FactsReport) {
    let release = report.assignments("/etc/os-release")
    osID = release["ID"] ?? ""
    osVersion = release["VERSION_ID"] ?? ""
    osCodename = release["VERSION_CODENAME"] ?? ""
    osName = release["PRETTY_NAME"] ?? ""
    kernel = report.line("/proc/sys/kernel/osrelease")
    kernelCommandLine = report.line("/proc/cmdline")
    machine = report.value("machine") ?? ""
    machineID = report.line("/etc/machine-id")
    bootID = report.line("/proc/sys/kernel/random/boot_id")
    hostname = report.line("/proc/sys/kernel/hostname")
    staticHostname = report.line("/etc/hostname")
    isRoot =
      report.files["/proc/self/status"]?.contains { $0.hasPrefix("Uid:") && $0.words.dropFirst(2).first == "0" }
      ?? false
    pageSizeBytes = Int(report.value("page-size") ?? "") ?? 4096
    uptimeSeconds = Double(report.line("/proc/uptime").words.first ?? "") ?? 0
    readSystemd(report)
  }

  private mutating func readSystemd(_ report: FactsReport) {
    hasSystemd = report.value("systemd") == "1"
    for line in report.sections["systemd"] ?? [] {
      if let (key, value) = line.cut("="), key == "SystemState" { systemState = value }
    }
    failedUnits = (report.sections["failed-units"] ?? []).compactMap { $0.words.first { $0.contains(".") } }
  }
}
