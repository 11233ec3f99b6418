extension Facts {
  mutating func readHardware(_ report: FactsReport) {
    // What older programs call /proc/device-tree is a link to this folder, and not everywhere there.
    let tree = ["/sys/firmware/devicetree/base", "/proc/device-tree"]
    func property(_ name: String) -> String {
      tree.lazy.map { report.line("\($0)/\(name)") }.first { !$0.isEmpty } ?? ""
    }
    model = property("model")
    serial = property("serial-number")
    memoryBytes = kilobytes("MemTotal", report)
    availableMemoryBytes = kilobytes("MemAvailable", report)
    cpuCount = Facts.countOfRanges(report.line("/sys/devices/system/cpu/online"))
    readFirmware(report)
  }

  private func kilobytes(_ key: String, _ report: FactsReport) -> Int {
    let line = report.files["/proc/meminfo"]?.first { $0.hasPrefix(key + ":") }
    return (line?.words.dropFirst().first).flatMap { Int($0) }.map { $0 * 1024 } ?? 0
  }

  /// `0-3,6` is 5.
  private static func countOfRanges(_ text: String) -> Int {
    text.split(separator: ",").reduce(0) { sum, range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, last >= first else { return sum }
      return sum + last - first + 1
    }
  }

  /// `throttled=0x50005` and `temp=48.3'C` of `vcgencmd`; elsewhere the kernel's own sensors, which know less.
  private mutating func readFirmware(_ report: FactsReport) {
    for line in report.sections["vcgencmd"] ?? [] {
      guard let (key, value) = line.trimmed.cut("=") else { continue }
      if key == "throttled", value.hasPrefix("0x"), let bits = UInt32(value.dropFirst(2), radix: 16) {
        throttling = Throttling(rawValue: bits)
      } else if key == "temp", let degrees = Double(value.prefix { $0.isNumber || $0 == "." || $0 == "-" }) {
        temperatureMillicelsius = Int((degrees * 1000).rounded())
      }
    }
    if temperatureMillicelsius == nil {
      temperatureMillicelsius = Int(report.line("/sys/class/thermal/thermal_zone0/temp"))
    }
    if throttling == nil {
      for (path, lines) in report.files where path.hasSuffix("/name") && lines.first == "rpi_volt" {
        let alarm = report.line(String(path.dropLast("name".count)) + "in0_lcrit_alarm")
        throttling = alarm.isEmpty ? nil : alarm == "0" ? [] : .underVoltageNow
      }
    }
  }
}
