package import Diagnostics
import Foundation
import Prices
import Templates
import Units

/// A report as one page that asks nobody for anything: no script, no font, no picture from elsewhere.
package enum ReportPage {
  package static func render(_ report: CostReport) throws(HearthError) -> String {
    let text = ReportText(report)
    var values: [String: Any] = [
      "rack": report.rack, "day": report.today.description, "total": report.home.total.description,
      "verdict": text.verdictSentence, "tax": report.tax.words, "bounds": report.bounds.words,
      "home": text.homeRows.map { row -> [String: Any] in
        ["name": row.name, "money": row.amount, "how": row.how, "sum": row.isSum]
      },
      "mind": text.facts + report.warnings, "notComparable": CostReport.notComparable,
      "derivations": report.derivations.map(derivation),
    ]
    values.merge(breakdown(report)) { _, new in new }
    values.merge(providers(report)) { _, new in new }
    if let headline = report.headline {
      values["cumulative"] = CumulativeChart(report: report, headline: headline).values()
      values["headline"] = ["rows": headline.rows.map { row($0.name, $0.contender, text) }]
      values["sensitivity"] = SensitivityChart(report: report, contender: headline.cheapest).values()
    }
    if let showback = report.showback { values["namespaces"] = namespaces(showback) }
    return try Template("cost/report.html").render(values)
  }

  private static func row(_ name: String, _ contender: Contender, _ text: ReportText) -> [String: Any] {
    [
      "name": name, "provider": contender.bill.provider.name, "machines": text.machines(contender.bill),
      "money": contender.bill.total.description, "savings": contender.savingsPerYear.description,
      "sign": contender.savingsPerYear.amount < 0 ? "minus" : "plus", "breakEven": contender.breakEven.description,
      "range": text.range(contender),
    ]
  }

  private static func breakdown(_ report: CostReport) -> [String: Any] {
    let home = report.home
    var parts = [("hardware", home.amortisation), ("electricity", home.electricity), ("spares", home.spares)]
    if home.internet.amount > 0 { parts.append(("internet", home.internet)) }
    if home.countsAdmin { parts.append(("your time", home.admin)) }
    let total = home.total.amount.approximate
    guard total > 0 else { return ["parts": [[String: Any]](), "breakdownLabel": "nothing"] }
    var x = 0.0
    let drawn = parts.enumerated().map { index, part -> [String: Any] in
      let share = part.1.amount.approximate / total
      defer { x += share * 720 }
      let key = Double(index) * 142
      return [
        "index": index, "x": Axis.text(x), "width": Axis.text(share * 720), "name": part.0,
        "money": part.1.description, "share": String(format: "%.0f", share * 100), "keyX": Axis.text(key),
        "keyTextX": Axis.text(key + 17),
      ]
    }
    return [
      "parts": drawn, "breakdownLabel": parts.map { "\($0.0) \($0.1)" }.joined(separator: ", "),
    ]
  }

  private static func providers(_ report: CostReport) -> [String: Any] {
    let shown = report.market.answers.compactMap { answer in answer.shown.map { (answer, $0) } }
      .sorted { $0.1.total < $1.1.total }
    let top = shown.map(\.1.total.amount.approximate).max() ?? 1
    let axis = Axis(low: 0, high: max(top, 1), start: 0, end: 220)
    let bars = shown.enumerated().map { index, entry -> [String: Any] in
      let (answer, bill) = entry
      let y = Double(index) * 26 + 6
      let width = max(1, axis.place(bill.total.amount.approximate))
      let age = answer.best == nil && answer.stale != nil ? [bill.age.description] : []
      let marks = age + bill.match.marks
      return [
        "name": answer.provider.name, "y": Axis.text(y), "textY": Axis.text(y + 12), "width": Axis.text(width),
        "moneyX": Axis.text(150 + width + 8), "money": bill.total.description,
        "machines": "\(bill.match.count) x \(bill.match.offer.name)",
        "marks": marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))", "out": answer.best == nil ? " out" : "",
      ]
    }
    return ["providers": bars, "providersHeight": Axis.text(Double(shown.count) * 26 + 10)]
  }

  private static func namespaces(_ showback: Showback) -> [String: Any] {
    var lines = showback.lines.map { line -> [String: Any] in
      let cloud = line.cloud.first.map { first in
        line.cloud.last.map { first == $0 ? "\(first)" : "\(first) to \($0)" } ?? ""
      }
      return [
        "name": line.namespace, "cores": line.cores.value.fixed(2), "memory": line.memory.description(1),
        "home": line.home.description, "cloud": cloud ?? "",
      ]
    }
    if showback.idle.amount > 0 {
      lines.append(["name": "idle", "cores": "", "memory": "", "home": showback.idle.description, "cloud": ""])
    }
    return ["period": showback.period, "lines": lines]
  }

  private static func derivation(_ one: Derivation) -> [String: Any] {
    [
      "id": one.id, "title": one.title, "formula": one.formula, "result": one.result, "notes": one.notes,
      "inputs": one.grouped.map {
        ["symbol": $0.symbol, "value": $0.value, "source": "\($0.origin)"] as [String: Any]
      },
    ]
  }
}
