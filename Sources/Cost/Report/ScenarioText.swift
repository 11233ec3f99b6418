import Prices
import Units

/// What is and what could be, side by side.
package struct ScenarioText {
  private let reports: [(name: String, report: CostReport)]

  package init(_ now: CostReport, _ scenarios: [Scenario]) {
    reports = [("now", now)] + scenarios.map { ($0.name, $0.report) }
  }

  package func render(width: Int) -> String {
    var table = TextTable(alignments: [.left] + reports.map { _ in .right })
    table.rows.append(["what if"] + reports.map(\.name))
    row("hardware", in: &table) { "\($0.home.capex)" }
    row("power", in: &table) { $0.home.watts.description(1) }
    row("home a month", in: &table) { "\($0.home.total)" }
    row("of it electricity", in: &table) { "\($0.home.electricity)" }
    for (name, path) in [
      ("cheapest", \Headline.cheapest), ("median", \Headline.median), ("dearest", \Headline.dearest),
    ] {
      row("\(name) cloud", in: &table) { $0.headline.map { "\($0[keyPath: path].bill.total)" } ?? "-" }
      row("  machines", in: &table) {
        $0.headline.map { "\($0[keyPath: path].bill.match.count) x \($0[keyPath: path].bill.match.offer.name)" } ?? "-"
      }
      row("  saves a year", in: &table) { $0.headline.map { "\($0[keyPath: path].savingsPerYear)" } ?? "-" }
      row("  pays off after", in: &table) { $0.headline.map { "\($0[keyPath: path].breakEven)" } ?? "-" }
    }
    var lines = table.lines(width: max(width, 60))
    for (name, report) in reports {
      if let refusal = report.refusal { lines += wrapped("\(name): \(refusal)", width: width, first: "  - ", rest: "    ") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ title: String, in table: inout TextTable, _ value: (CostReport) -> String) {
    table.rows.append([title] + reports.map { value($0.report) })
  }
}
