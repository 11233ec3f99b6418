import Prices
import Units

/// What is and what could be, side by side; as many columns as fit, the rest below.
package struct ScenarioText {
  private typealias Column = (name: String, report: CostReport)

  private let now: CostReport
  private let scenarios: [Scenario]
  /// Of a column; longer names go on in the next line, longer changes get a number.
  private static let cell = 22

  package init(_ now: CostReport, _ scenarios: [Scenario]) {
    self.now = now
    self.scenarios = scenarios
  }

  package func render(width: Int) -> String {
    let columns = scenarios.enumerated().map { index, scenario -> Column in
      (scenario.name.count <= Self.cell ? scenario.name : "change \(index + 1)", scenario.report)
    }
    var lines = zip(columns, scenarios).filter { $0.0.name != $0.1.name }.map { "\($0.name): \($1.name)" }
    let most = max(1, (max(width, 60) - 20) / (Self.cell + 2) - 1)
    for start in stride(from: 0, to: columns.count, by: most) {
      if !lines.isEmpty { lines.append("") }
      lines += table([("now", now)] + columns[start..<min(start + most, columns.count)]).lines(width: max(width, 60))
    }
    for (name, report) in [("now", now)] + columns {
      if let refusal = report.refusal {
        lines += wrapped("\(name): \(refusal)", width: width, first: "  - ", rest: "    ")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func table(_ columns: [Column]) -> TextTable {
    var table = TextTable(alignments: [.left] + columns.map { _ in .right })
    func row(_ title: String, _ value: (CostReport) -> String) {
      let cells = columns.map { wrapped(value($0.report), width: Self.cell) }
      for line in 0..<(cells.map(\.count).max() ?? 0) {
        table.rows.append([line == 0 ? title : ""] + cells.map { line < $0.count ? $0[line] : "" })
      }
    }
    table.rows.append(["what if"] + columns.map(\.name))
    row("hardware") { "\($0.home.capex)" }
    row("power") { $0.home.watts.description(1) }
    row("home a month") { "\($0.home.total)" }
    row("of it electricity") { "\($0.home.electricity)" }
    for (name, path) in [
      ("cheapest", \Headline.cheapest), ("median", \Headline.median), ("dearest", \Headline.dearest),
    ] {
      func of(_ value: @escaping (Contender) -> String) -> (CostReport) -> String {
        { $0.headline.map { value($0[keyPath: path]) } ?? "-" }
      }
      row("\(name) cloud", of { "\($0.bill.total)" })
      row("  provider", of { $0.bill.provider.name })
      row("  machines", of { $0.bill.match.words })
      row("  marks", of { $0.bill.marks.joined(separator: ", ") })
      row("  saves a year", of { "\($0.savingsPerYear)" })
      row("  pays off after", of { $0.paysOff || $0.breakEven == .never ? "\($0.breakEven)" : "no (\($0.breakEven))" })
    }
    return table
  }
}
