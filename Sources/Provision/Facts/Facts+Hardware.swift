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
