import ArgumentParser
import Diagnostics
import Inventory
import Provision
import Smoke
import Untrusted

struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Show load, memory, heat, disk and pods of each host, once; `hearth dashboard` goes on.",
    discussion: "Example:\n\n  hearth top --limit worker")

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rack = try rackOptions.load()
    let names = try rackOptions.hosts(of: rack)
    let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false)
    let status = await ClusterStatus.collect(
      rack: rack, shells: session.survey.fleet.shells, failures: session.survey.failures, isDetailed: true)
    await session.survey.fleet.close()
    let rows = TopRow.all(status.limited(to: names))
    switch output.output {
    case .json: try JSONSink.write(["hosts": rows], as: .top)
    case .text: Terminal.writeOutput(TopRow.table(rows))
    }
    if rows.contains(where: { $0.unreachable != nil }) { throw ExitStatus.someHostsFailed }
  }
}

/// A line of it.
struct TopRow: Encodable, Equatable {
  var name: String
  var unreachable: String?
  var load: Double?
  var cpus: Int?
  var memoryBytes: Int?
  var availableMemoryBytes: Int?
  var temperatureMillicelsius: Int?
  var diskBytes: Int?
  var freeDiskBytes: Int?
  /// All but those that have done their work.
  var pods: Int?

  static func all(_ status: ClusterStatus) -> [TopRow] {
    status.hosts.map { host in
      let vitals = host.state?.vitals
      let pods = status.pods?.filter { $0.node == host.name && $0.phase != "Succeeded" }.map(\.count)
      return TopRow(
        name: host.name, unreachable: host.unreachable, load: vitals?.load, cpus: vitals?.cpus,
        memoryBytes: vitals?.memoryBytes, availableMemoryBytes: vitals?.availableMemoryBytes,
        temperatureMillicelsius: vitals?.temperatureMillicelsius, diskBytes: vitals?.diskBytes,
        freeDiskBytes: vitals?.freeDiskBytes, pods: pods?.saturatingSum())
    }
  }

  static func table(_ rows: [TopRow]) -> String {
    let head = ["HOST", "LOAD", "CPUS", "MEMORY", "HEAT", "DISK", "PODS"]
    let cells = [head] + rows.map(\.cells)
    let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      let last = row.lastIndex { !$0.isEmpty } ?? 0
      return zip(row, widths).prefix(last + 1).enumerated()
        .map { $0 == last ? $1.0 : $1.0.padding($1.1) }.joined(separator: "  ") + "\n"
    }.joined()
  }

  private var cells: [String] {
    if let unreachable { return [name.visibleLine, unreachable.visibleLine] + Array(repeating: "", count: 5) }
    return [
      name.visibleLine, load.map { Quantity.number($0, 2) } ?? "–", cpus.map(String.init) ?? "–",
      Self.share(availableMemoryBytes, of: memoryBytes),
      temperatureMillicelsius.map { "\(Quantity.number(Double($0) / 1000, 1)) °C" } ?? "–",
      Self.share(freeDiskBytes, of: diskBytes), pods.map(String.init) ?? "–",
    ]
  }

  /// What is in use of it, such as `37 % of 8.0 GB`.
  private static func share(_ free: Int?, of whole: Int?) -> String {
    guard let free, let whole, whole > 0 else { return "–" }
    return "\(Int(100 * Double(max(0, whole - free)) / Double(whole))) % of \(Quantity.bytes(whole))"
  }
}
