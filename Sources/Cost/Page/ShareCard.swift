package import Diagnostics
import Foundation
import Prices
import Templates
import Units

/// The answer as one picture, 1200 by 630: what networks show beside a link.
package enum ShareCard {
  package static func render(_ report: CostReport) throws(HearthError) -> String {
    let headline = report.headline
    let bars: [(name: String, kind: String, money: Money)] =
      [("at home", "home", report.home.total)]
      + (headline?.rows ?? []).map {
        ("\($0.name): \($0.contender.bill.provider.name)", $0.name, $0.contender.bill.total)
      }
    let most = max(1, bars.map(\.money.amount.approximate).max() ?? 1)
    let axis = Axis(low: 0, high: most, start: 0, end: 540)
    let answer: String =
      if let cheapest = headline?.cheapest {
        cheapest.savingsPerYear.amount >= 0
          ? "saves \(cheapest.savingsPerYear) a year against the cheapest cloud"
          : "costs \(-cheapest.savingsPerYear) a year more than the cheapest cloud"
      } else {
        "no verdict: too few clouds can be compared"
      }
    let payBack: String =
      if let cheapest = headline?.cheapest, cheapest.paysOff, cheapest.savingsPerYear.amount >= 0 {
        "paid for itself after \(cheapest.breakEven)"
      } else {
        headline == nil ? "" : "does not pay for itself in its life"
      }
    return try Template("cost/card.svg.html").render([
      "title": "\(report.rack): \(report.home.total)/month", "answer": answer, "payBack": payBack,
      "foot": "\(report.today), \(report.tax.words), prices up to \(oldest(report)) old. Made with hearth",
      "bars": bars.enumerated().map { index, bar -> [String: Any] in
        let y = 270 + Double(index) * 76
        return [
          "kind": bar.kind, "name": bar.name, "money": bar.money.description, "y": Axis.text(y),
          "textY": Axis.text(y + 32), "width": Axis.text(max(4, axis.place(bar.money.amount.approximate))),
          "moneyX": Axis.text(400 + max(4, axis.place(bar.money.amount.approximate)) + 16),
        ]
      },
    ])
  }

  private static func oldest(_ report: CostReport) -> String {
    let days = (report.headline?.rows ?? []).compactMap(\.contender.bill.age.days).max() ?? 0
    return "\(days) days"
  }
}
