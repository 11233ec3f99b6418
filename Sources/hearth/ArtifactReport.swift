import Artifacts
import Diagnostics
import Untrusted

/// Artifacts as a table for people, or one JSON object a line.
struct ArtifactReport {
  private let output: OutputOptions
  init(_ output: OutputOptions) { self.output = output }

  func write(_ records: [ArtifactRecord]) throws {
    guard output.output == .text else {
      return try JSONSink.write(["artifacts": records], as: .artifacts)
    }
    Terminal.writeOutput(Self.lines(records, style: Terminal().outputStyle).joined(separator: "\n") + "\n")
  }

  static func lines(_ records: [ArtifactRecord], style: Style) -> [Styled] {
    let rows = records.map { record in
      [
        record.name, record.architecture.rawValue, record.version, record.bytes.map(Quantity.bytes) ?? "–",
        record.state.rawValue, shortened(record.checksum), record.source + (record.member.map { " (\($0))" } ?? ""),
      ].map(\.visibleLine)
    }
    let head = ["NAME", "ARCH", "VERSION", "SIZE", "STATE", "CHECKSUM", "FROM"]
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      zip(cells, widths).enumerated()
        .map { $0 == cells.count - 1 ? $1.0 : $1.0.padding($1.1) }.joined(separator: "  ")
    }
    return [style.bold(line(head))] + (rows.map(line) + [""] + summary(records)).map { Styled($0) }
  }

  private static func shortened(_ checksum: String?) -> String {
    checksum.map { String($0.prefix(19)) + "…" } ?? "none"
  }

  private static func summary(_ records: [ArtifactRecord]) -> [String] {
    // Several programs may come from one file.
    let files = Dictionary(records.map { ($0.file ?? $0.source, $0) }) { first, _ in first }.values
    func count(_ state: ArtifactRecord.State) -> Int { files.count { $0.state == state } }
    let bytes = files.compactMap(\.bytes).reduce(0, +)
    var lines = ["\(records.count) artifacts in \(files.count) files, \(Quantity.bytes(bytes)) here"]
    if count(.missing) > 0 { lines.append("\(count(.missing)) not here yet: hearth artifacts fetch") }
    for record in files.filter({ $0.state == .wrong }).sorted(by: { $0.source < $1.source }) {
      lines.append("wrong bytes: \(record.file ?? record.source); remove it and run hearth artifacts fetch")
    }
    if count(.unlocked) > 0 {
      lines.append("\(count(.unlocked)) without a checksum: docs/reference/artifacts.md shows how to add one")
    }
    return lines
  }
}
