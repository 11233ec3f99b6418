package import Diagnostics
import Foundation
package import Inventory
import JSONStream

/// Reads what `templates/metering/sample.sh` prints.
package enum SampleText {
  /// Also of an incomplete text, such as a file cut off by a power cut: what is whole is used.
  ///
  /// - Parameter meters: The inventory's, by which answers of meters are read; others are left out.
  /// - Throws: ``HearthError`` `remoteCommand` when there is not even a time.
  package static func parse(_ text: String, meters: [MeterDeclaration], host: String) throws(HearthError) -> Sample {
    let sections = sections(text)
    guard let clock = sections.first(where: { $0.title.first == "time" })?.title, clock.count == 4,
      let unix = Int(clock[1])
    else {
      throw HearthError(
        .remoteCommand, "the sample has no time", subject: Subject(host: host),
        output: text.split(separator: "\n").prefix(5).map(String.init))
    }
    var sample = Sample(time: SampleTime(unix: unix, uptime: Int(clock[2]), boot: clock[3]))
    var usage = UsageSample()
    var hasUsage = false
    for section in sections {
      switch section.title.first {
      case "requests":
        for line in section.lines { readRequest(line, &usage) }
      case "node":
        hasUsage = hasUsage || !section.lines.isEmpty
        for line in section.lines { readMetric(line, &usage) }
      case "meter" where section.title.count == 2:
        guard let meter = meters.first(where: { $0.name == section.title[1] }) else { continue }
        sample.meters[meter.name] = try? reading(section.lines.joined(separator: "\n"), meter, host)
      default: continue
      }
    }
    if hasUsage || !usage.requests.isEmpty { sample.usage = usage }
    return sample
  }

  private static func reading(_ text: String, _ meter: MeterDeclaration, _ host: String) throws(HearthError)
    -> MeterReading
  {
    if meter.kind == .pmic { return MeterReading(power: try PowerChip.power(text, host: host)) }
    return try MeterReading.read(JSONField(bytes: Array(text.utf8), document: "meter \(meter.name)"), of: meter)
  }

  private struct Section {
    var title: [String]
    var lines: [Substring]
  }

  private static func sections(_ text: String) -> [Section] {
    var sections: [Section] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("=== ") {
        sections.append(Section(title: line.dropFirst(4).split(separator: " ").map(String.init), lines: []))
      } else if !sections.isEmpty {
        sections[sections.count - 1].lines.append(line)
      }
    }
    return sections
  }

  /// `namespace pod container cpu memory`, `-` for what is not asked for.
  private static func readRequest(_ line: Substring, _ usage: inout UsageSample) {
    let fields = line.split(separator: " ").map(String.init)
    guard fields.count == 5 else { return }
    let container = UsageSample.Container(namespace: fields[0], pod: fields[1], name: fields[2])
    usage.requests[container] = UsageSample.Request(
      milliCPU: Int((ResourceAmount(fields[3])?.value ?? 0) * 1000),
      memoryBytes: Int(ResourceAmount(fields[4])?.value ?? 0))
  }

  /// `container_cpu_usage_seconds_total{container="c",namespace="n",pod="p"} 12.5 1700000000000`
  private static func readMetric(_ line: Substring, _ usage: inout UsageSample) {
    guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}") else { return }
    let value = line[line.index(after: close)...].split(separator: " ").first.flatMap { Double($0) }
    guard let value, value.isFinite, value >= 0, value < 1e15 else { return }
    var labels: [Substring: String] = [:]
    for label in line[line.index(after: open)..<close].split(separator: ",") {
      let parts = label.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { labels[parts[0]] = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
    }
    guard let namespace = labels["namespace"], let pod = labels["pod"], let name = labels["container"] else { return }
    let container = UsageSample.Container(namespace: namespace, pod: pod, name: name)
    switch line[..<open] {
    case "container_cpu_usage_seconds_total":
      usage.uses[container, default: .init()].cpuMilliseconds = Int(value * 1000)
    case "container_memory_working_set_bytes": usage.uses[container, default: .init()].memoryBytes = Int(value)
    default: return
    }
  }
}

/// An amount as Kubernetes writes it: `250m`, `64Mi`, `1e3`, `2`.
package struct ResourceAmount: Sendable, Equatable {
  package var value: Double

  package init?(_ text: String) {
    let suffixes: [(String, Double)] = [
      ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776), ("n", 1e-9), ("u", 1e-6),
      ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12),
    ]
    let suffix = suffixes.first { text.hasSuffix($0.0) }
    guard let number = Double(text.dropLast(suffix?.0.count ?? 0)), number.isFinite, number >= 0 else { return nil }
    value = number * (suffix?.1 ?? 1)
  }
}
