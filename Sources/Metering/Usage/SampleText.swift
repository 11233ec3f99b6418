package import Diagnostics
import Foundation
package import Inventory
import JSONStream
import Untrusted

/// Reads what `templates/metering/sample.sh` prints.
package enum SampleText {
  /// Also of an incomplete text, such as a file cut off by a power cut: what is whole is used.
  ///
  /// - Parameter meters: The inventory's, by which answers of meters are read; others are left out.
  /// - Throws: ``HearthError`` `remoteCommand` when there is not even a time.
  package static func parse(_ text: String, meters: [MeterDeclaration], host: String) throws(HearthError) -> Sample {
    let sections = sections(text)
    guard let clock = sections.first(where: { $0.title.first == "time" })?.title, clock.count == 4,
      let unix = Int(checked: clock[1], in: SampleTime.range)
    else {
      throw HearthError(
        .remoteCommand, "the sample has no time", subject: Subject(host: host),
        output: text.filledLines.prefix(5).map { $0.bounded(200) })
    }
    var sample = Sample(
      time: SampleTime(unix: unix, uptime: Int(checked: clock[2], in: 0...10_000_000_000), boot: clock[3].bounded(64)))
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
        // A meter that did not answer leaves a gap; one that answers nonsense is told.
        if section.lines.isEmpty { continue }
        do throws(HearthError) {
          switch try answer(section.lines.joined(separator: "\n"), meter, host) {
          case .reading(let reading): sample.meters[meter.name] = reading.counted(by: meter.kind)
          case .implausible(let error): sample.refused[meter.name] = error.message
          }
        } catch {
          sample.refused[meter.name] = error.message
        }
      default: continue
      }
    }
    if hasUsage || !usage.requests.isEmpty { sample.usage = usage }
    return sample
  }

  private static func answer(_ text: String, _ meter: MeterDeclaration, _ host: String) throws(HearthError)
    -> MeterAnswer
  {
    if meter.kind == .pmic {
      return MeterAnswer(MeterReading(power: try PowerChip.power(text, host: host)), from: host)
    }
    return try MeterReading.read(JSONField(bytes: Array(text.utf8), document: "meter \(meter.name)"), of: meter)
  }

  private struct Section {
    var title: [String]
    var lines: [Substring]
  }

  private static func sections(_ text: String) -> [Section] {
    var sections: [Section] = []
    for line in text.byteLines where !line.isEmpty {
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
    guard let container = UsageSample.Container(outside: fields[0], fields[1], fields[2]) else { return }
    // What no machine can give is not a request but a mistake, and counts as none.
    usage.requests[container] = UsageSample.Request(
      milliCPU: Int(checked: (ResourceAmount(fields[3])?.value ?? 0) * 1000, in: 0...mostMilliCPU) ?? 0,
      memoryBytes: Int(checked: ResourceAmount(fields[4])?.value ?? 0, in: 0...mostBytes) ?? 0)
  }

  /// A thousand cores and 16 TiB: more than any container of a rack can have.
  private static let mostMilliCPU = 1_000_000
  private static let mostBytes = 1 << 44

  /// `container_cpu_usage_seconds_total{container="c",namespace="n",pod="p"} 12.5 1700000000000`
  private static func readMetric(_ line: Substring, _ usage: inout UsageSample) {
    guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}"), open < close else { return }
    let value = line[line.index(after: close)...].split(separator: " ").first.flatMap {
      Double(checked: $0, in: 0...1e15)
    }
    guard let value else { return }
    var labels: [Substring: String] = [:]
    for label in line[line.index(after: open)..<close].split(separator: ",") {
      let parts = label.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { labels[parts[0]] = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
    }
    guard let namespace = labels["namespace"], let pod = labels["pod"], let name = labels["container"] else { return }
    guard let container = UsageSample.Container(outside: namespace, pod, name) else { return }
    switch line[..<open] {
    case "container_cpu_usage_seconds_total":
      usage.uses[container, default: .init()].cpuMilliseconds = Int(checked: value * 1000, in: 0...1 << 60)
    case "container_memory_working_set_bytes":
      usage.uses[container, default: .init()].memoryBytes = Int(checked: value, in: 0...mostBytes)
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
    guard let number = Double(checked: text.dropLast(suffix?.0.count ?? 0), in: 0...1e30) else { return nil }
    value = number * (suffix?.1 ?? 1)
  }
}
