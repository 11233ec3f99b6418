import Foundation
import Prices
import Units

/// How the savings against the cheapest cloud change when one thing does.
struct SensitivityChart {
  struct Factor {
    var name: String
    var note: String
    /// A year, at the two ends.
    var ends: (Money, Money)
  }

  let report: CostReport
  let contender: Contender

  var factors: [Factor] {
    let model = report.model
    let cloud = contender.bill.total
    func savings(_ model: HomeModel, _ cloud: Money) -> Money { (cloud - model.monthly().total) * 12 }
    func home(_ change: (inout HomeModel) -> Void) -> Money { savings(model.with(change), cloud) }
    let (low, high) = (report.bounds.lowTariff, report.bounds.highTariff)
    var all = [
      Factor(
        name: "tariff",
        note: "\(low.money.amount.rounded(4)) to \(high.money.amount.rounded(4)) \(model.currency) per kWh",
        ends: (home { $0.tariff.value = low }, home { $0.tariff.value = high }))
    ]
    if model.measured == nil {
      all.append(
        Factor(
          name: "load", note: "0 to 100 %",
          ends: (home { $0.utilisation.value = .zero }, home { $0.utilisation.value = .one })))
    }
    let half = Decimal(1, over: 2)
    func life(_ factor: Decimal) -> Money {
      home { for index in $0.items.indices { $0.items[index].life.value = $0.items[index].life.value * factor } }
    }
    func hardware(_ factor: Decimal) -> Money {
      home { for index in $0.items.indices { $0.items[index].price.value = $0.items[index].price.value * factor } }
    }
    all += [
      Factor(name: "life of hardware", note: "half to double", ends: (life(half), life(2))),
      Factor(
        name: "price of hardware", note: "-30 to +30 %",
        ends: (hardware(Decimal(7, over: 10)), hardware(Decimal(13, over: 10)))),
      Factor(
        name: "price of the cloud", note: "-30 to +30 %",
        ends: (savings(model, cloud * Decimal(7, over: 10)), savings(model, cloud * Decimal(13, over: 10)))),
    ]
    return all
  }

  /// Of the axis, for the layout of phones.
  private func percent(_ place: Double) -> String { Axis.text((place - 240) / 380 * 100) }

  func values() -> [String: Any] {
    let factors = factors
    let all = factors.flatMap { [$0.ends.0, $0.ends.1] } + [contender.savingsPerYear]
    let low = all.min()?.amount.approximate ?? 0
    let high = all.max()?.amount.approximate ?? 1
    let axis = Axis(low: low, high: max(high, low + 1), start: 240, end: 620)
    let bars = factors.enumerated().map { index, factor -> [String: Any] in
      let ends = [factor.ends.0, factor.ends.1].sorted()
      let places = ends.map { axis.place($0.amount.approximate) }
      let y = Double(index) * 42 + 12
      return [
        "name": factor.name, "note": factor.note, "x": Axis.text(places[0]), "y": Axis.text(y),
        "width": Axis.text(max(2, places[1] - places[0])), "textY": Axis.text(y + 13), "noteY": Axis.text(y + 28),
        "lowX": Axis.text(places[0] - 6), "low": ends[0].whole, "highX": Axis.text(places[1] + 6),
        "high": ends[1].whole,
        "startPercent": percent(places[0]), "widthPercent": percent(max(4, places[1] - places[0]) + 240),
        "basePercent": percent(axis.place(contender.savingsPerYear.amount.approximate)),
      ]
    }
    let height = Double(factors.count) * 42 + 12
    return [
      "provider": contender.bill.provider.name, "now": contender.savingsPerYear.description,
      "height": Axis.text(height), "baseX": Axis.text(axis.place(contender.savingsPerYear.amount.approximate)),
      "baseBottom": Axis.text(height - 14), "bars": bars,
    ]
  }
}

extension Money {
  /// Without coins, for drawings.
  var whole: String { "\(currency.code) \(amount.fixed(0))" }
}
