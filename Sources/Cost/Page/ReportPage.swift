package import Diagnostics
import Foundation
import Prices
import Templates
import Units

/// A report as one self-contained page: no script, no font, no picture from elsewhere.
package enum ReportPage {
  package static func render(_ report: CostReport) throws(HearthError) -> String {
    let text = ReportText(report)
    var values: [String: Any?] = [
      "rack": report.rack, "day": report.today.description, "total": report.home.total.description,
      "verdict": text.verdictSentence, "tax": report.tax.words, "bounds": report.bounds.words,
      "home": text.homeRows.map { row -> [String: Any] in
        ["name": row.name, "money": row.amount, "how": row.how, "sum": row.isSum]
      },
      "facts": text.facts.map(plain), "caveats": report.warnings.map(plain), "hasCaveats": !report.warnings.isEmpty,
      "unmeasured": text.unmeasuredSentence.map(plain), "notComparable": CostReport.notComparable,
      "derivations": report.derivations.map(derivation),
    ]
    values.merge(breakdown(report)) { _, new in new }
    values.merge(providers(report)) { _, new in new }
    // A section without a value is left out.
    let sections: [String: Any?] = [
      "cumulative": report.headline.map { headline -> [String: Any] in
        let wide = CumulativeChart(report: report, headline: headline)
        let narrow = CumulativeChart(report: report, headline: headline, layout: .narrow)
        return ["drawings": [wide.values(), narrow.values()], "note": wide.values()["note"] ?? ""]
      },
      "headline": report.headline.map { headline in
        [
          "rows": rows(headline, text) + report.cheaperUnmeasured.map { unmeasured($0, text) },
          "allowances": headline.rows.flatMap { row in
            text.allowance(row.contender.bill).map { "\(row.contender.bill.provider.name) \($0)" }
          },
        ] as [String: Any?]
      },
      "sensitivity": report.headline.map { SensitivityChart(report: report, contender: $0.cheapest).values() },
      "used": report.used.flatMap { used in
        used.headline.map { ["period": used.period, "rows": rows($0, text)] as [String: Any?] }
      },
      "namespaces": report.showback.map { namespaces($0) },
      "trend": report.trend.isEmpty ? nil : trend(report),
    ]
    values.merge(sections) { _, new in new }
    return try Template("cost/report.html").render(values)
  }

  /// Without the marks of a terminal's text.
  private static func plain(_ text: String) -> String { text.replacing("`", with: "") }

  private static func rows(_ headline: Headline, _ text: ReportText) -> [[String: Any]] {
    headline.rows.map { row($0.name, $0.contender, text) }
  }

  private static func unmeasured(_ bill: CloudBill, _ text: ReportText) -> [String: Any] {
    [
      "name": "unmeasured", "provider": bill.provider.name, "machines": text.machines(bill), "place": text.place(bill),
      "marks": bill.marks, "money": bill.total.description, "savings": "", "sign": "",
      "breakEven": "speed not measured",
      "range": "", "isUnmeasured": true,
    ]
  }

  private static func trend(_ report: CostReport) -> [String: Any] {
    let names = Set(report.trend.flatMap { $0.namespaces.map(\.name) }).sorted()
    func cost(_ name: String, _ month: TrendMonth) -> String {
      month.namespaces.first { $0.name == name }.map { "\($0.money)" } ?? ""
    }
    return [
      "months": report.trend.map { month -> [String: Any] in
        let isMeasured = month.measured.energy.value > 0
        return [
          "month": String("\(month.measured.start)".prefix(7)), "known": month.measured.known.description(0),
          "watts": isMeasured ? month.measured.watts.description(1) : "",
          "energy": isMeasured ? month.measured.energy.description(2) : "",
          "electricity": isMeasured ? "\(month.electricity)" : "", "expected": isMeasured ? "\(month.expected)" : "",
        ]
      },
      "hasNamespaces": !names.isEmpty, "heads": report.trend.map { String("\($0.measured.start)".prefix(7)) },
      "namespaceRows": names.map { name -> [String: Any] in
        ["name": name, "cells": report.trend.map { cost(name, $0) }]
      },
    ]
  }

  private static func row(_ name: String, _ contender: Contender, _ text: ReportText) -> [String: Any] {
    [
      "name": name, "provider": contender.bill.provider.name, "machines": text.machines(contender.bill),
      "place": text.place(contender.bill), "marks": contender.bill.marks,
      "money": contender.bill.total.description, "savings": contender.savingsPerYear.description,
      "sign": contender.savingsPerYear.amount < 0 ? "minus" : "plus", "breakEven": text.payBack(contender),
      "range": text.range(contender), "isUnmeasured": false,
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
        "startPercent": String(format: "%.2f", x / 7.2), "percent": String(format: "%.2f", share * 100),
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
      let marks = age + bill.marks
      return [
        "name": answer.provider.name, "y": Axis.text(y), "textY": Axis.text(y + 12), "width": Axis.text(width),
        "moneyX": Axis.text(150 + width + 8), "money": bill.total.description, "percent": Axis.text(width / 2.2),
        "machines": bill.match.words,
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
      "id": one.id, "title": one.title, "formula": one.formula, "result": one.result,
      "notes": one.notes.map(plain),
      "inputs": one.grouped.map {
        ["symbol": $0.symbol, "value": $0.value, "source": "\($0.origin)"] as [String: Any]
      },
    ]
  }
}
