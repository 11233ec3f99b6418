import Diagnostics
import Untrusted

extension Facts {
  mutating func readHardware(_ report: FactsReport) throws(HearthError) {
    // What older programs call /proc/device-tree is a link to this folder, and not everywhere there.
    let tree = ["/sys/firmware/devicetree/base", "/proc/device-tree"]
    func property(_ name: String) -> String {
      tree.lazy.map { report.line("\($0)/\(name)") }.first { !$0.isEmpty } ?? ""
    }
    model = property("model").bounded(100).visibleLine
    // It goes into the cluster's own manifests: nothing but a serial number may stand here.
    serial = NamePattern.serial.optional(property("serial-number")) ?? ""
    memoryBytes = try kibibytes("MemTotal", report)
    availableMemoryBytes = try kibibytes("MemAvailable", report)
    cpuCount = Facts.countOfRanges(report.line("/sys/devices/system/cpu/online"))
    readFirmware(report)
  }

  /// In bytes; 0 where the line is missing. The kernel's `kB` are KiB.
  private func kibibytes(_ key: String, _ report: FactsReport) throws(HearthError) -> Int {
    let line = report.files["/proc/meminfo"]?.first { $0.hasPrefix(key + ":") }
    guard let text = line?.words.dropFirst().first else { return 0 }
    let field = "\(key) in /proc/meminfo"
    return try Int(checked: text, in: 0...Facts.mostKibibytes, unit: "KiB", of: field).times(1024, of: field)
  }

  /// An exbibyte: more than any memory, swap area or disk of one host.
  static let mostKibibytes = 1 << 50

  /// `0-3,6` is 5.
  private static func countOfRanges(_ text: String) -> Int {
    text.split(separator: ",").reduce(0) { sum, range in
      let ends = range.split(separator: "-").compactMap { Int(checked: $0, in: 0...65_535) }
      guard let first = ends.first, let last = ends.last, last >= first else { return sum }
      return min(sum + last - first + 1, 65_536)
    }
  }

  /// `throttled=0x50005` and `temp=48.3'C` of `vcgencmd`; elsewhere the kernel's own sensors, which know less.
  private mutating func readFirmware(_ report: FactsReport) {
    for line in report.sections["vcgencmd"] ?? [] {
      guard let (key, value) = line.trimmed.cut("=") else { continue }
      if key == "throttled", value.hasPrefix("0x"), let bits = UInt32(checked: value.dropFirst(2), radix: 16) {
        throttling = Throttling(rawValue: bits)
      } else if key == "temp" {
        let degrees = Double(checked: value.prefix { $0.isNumber || $0 == "." || $0 == "-" }, in: -100...200)
        temperatureMillicelsius = degrees.flatMap { Int(checked: $0 * 1000) }
      }
    }
    if temperatureMillicelsius == nil {
      temperatureMillicelsius = Int(
        checked: report.line("/sys/class/thermal/thermal_zone0/temp"), in: -100_000...200_000)
    }
    if throttling == nil {
      for (path, lines) in report.files where path.hasSuffix("/name") && lines.first == "rpi_volt" {
        let alarm = report.line(String(path.dropLast("name".count)) + "in0_lcrit_alarm")
        throttling = alarm.isEmpty ? nil : alarm == "0" ? [] : .underVoltageNow
      }
    }
  }
}

extension Facts {
  mutating func readKernel(_ report: FactsReport) {
    readControlGroups(report)
    let capabilities = effectiveCapabilities(report)
    canSetTime = capabilities.map { $0 & 1 << 25 != 0 } ?? true
    canLoadModules = capabilities.map { $0 & 1 << 16 != 0 } ?? true
    canLowerOOMScore = report.value("lowers-oom-score") == "1"
    readSettings(report)
    readModules(report)
  }

  private func effectiveCapabilities(_ report: FactsReport) -> UInt64? {
    let line = report.files["/proc/self/status"]?.first { $0.hasPrefix("CapEff:") }
    return line?.words.last.flatMap { UInt64(checked: $0, radix: 16) }
  }

  /// Version 2 owns `/sys/fs/cgroup` itself; in the hybrid layout it only stands beside version 1's controllers.
  private mutating func readControlGroups(_ report: FactsReport) {
    let mounts = (report.files["/proc/self/mountinfo"] ?? []).compactMap(Mount.init)
    let unified = mounts.contains { $0.path == "/sys/fs/cgroup" && $0.type == "cgroup2" }
    cgroupVersion = unified ? 2 : 1
    if unified {
      cgroupControllers = Set(report.line("/sys/fs/cgroup/cgroup.controllers").words)
    } else {
      let known = Set((report.files["/proc/cgroups"] ?? []).compactMap { $0.words.first })
      cgroupControllers = mounts.filter { $0.type == "cgroup" }.reduce(into: []) { found, mount in
        found.formUnion(mount.superOptions.intersection(known))
      }
    }
  }

  private mutating func readSettings(_ report: FactsReport) {
    let writable = Set(report.values["writable"] ?? [])
    for (path, lines) in report.files where path.hasPrefix("/proc/sys/") {
      let name = String(path.dropFirst("/proc/sys/".count))
      guard !name.hasPrefix("kernel/random/"), let value = lines.first else { continue }
      let key = name.split(separator: "/").joined(separator: ".")
      sysctls[key] = Sysctl(value: value.words.joined(separator: " "), writable: writable.contains(name))
    }
    // Where the module is not loaded yet the file is missing, and can be set once it is.
    canSetConntrackMax = sysctls["net.netfilter.nf_conntrack_max"]?.writable ?? true
  }

  private mutating func readModules(_ report: FactsReport) {
    let loaded = Set((report.files["/proc/modules"] ?? []).compactMap { $0.words.first })
    let folder = "/lib/modules/\(kernel)/"
    let builtIn = moduleNames(report.files[folder + "modules.builtin"])
    let loadable = moduleNames(report.files[folder + "modules.dep"])
    for name in Facts.neededModules {
      modules[name] =
        if loaded.contains(name) {
          .loaded
        } else if builtIn.contains(name) || works(name, report) {
          .builtIn
        } else {
          loadable.contains(name) ? .loadable : .missing
        }
    }
  }

  static let neededModules = ["overlay", "br_netfilter", "nf_conntrack"]

  /// Shared kernels have no module folder: there only the effect shows that the code is part of the kernel.
  private func works(_ name: String, _ report: FactsReport) -> Bool {
    switch name {
    case "overlay":
      report.files["/proc/filesystems"]?.contains { $0.words.last == "overlay" } ?? false
    case "br_netfilter": sysctls["net.bridge.bridge-nf-call-iptables"] != nil
    case "nf_conntrack": sysctls["net.netfilter.nf_conntrack_max"] != nil
    default: false
    }
  }

  private func moduleNames(_ paths: [String]?) -> Set<String> {
    Set(
      (paths ?? []).compactMap { path in
        path.split(separator: "/").last.map { $0.split(separator: ".").first.map(String.init) ?? "" }
      })
  }
}

/// How a kernel module can be had.
package enum ModuleState: String, Sendable, CaseIterable {
  case builtIn
  case loaded
  case loadable
  case missing
}

/// A kernel setting as it is.
package struct Sysctl: Sendable, Equatable {
  package var value: String
  package var writable: Bool
  package init(value: String, writable: Bool) {
    self.value = value
    self.writable = writable
  }
}
