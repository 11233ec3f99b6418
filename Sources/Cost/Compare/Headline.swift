import Diagnostics
import Foundation
package import Units

/// One cloud against home.
package struct Contender: Sendable, Equatable {
  package var bill: CloudBill
  package var savingsPerYear: Money
  package var breakEven: BreakEven
  /// Over the tariffs of Europe and any load.
  package var earliest: BreakEven
  package var latest: BreakEven
  /// For how long the boards are meant to last.
  package var life: Months

  /// The price of the hardware comes back before it is worn out.
  package var paysOff: Bool { breakEven.months.map { $0 <= life } ?? false }
}

/// The answer in short. Never one provider alone: the choice of provider moves it more than anything at home.
package struct Headline: Sendable, Equatable {
  package var cheapest: Contender
  /// The middle one, or the cheaper of the two in the middle.
  package var median: Contender
  package var dearest: Contender
  /// How many providers took part.
  package var providers: Int

  /// Those that differ, with their names.
  package var rows: [(name: String, contender: Contender)] {
    switch providers {
    case 1: [("only", cheapest)]
    case 2: [("cheapest", cheapest), ("dearest", dearest)]
    default: [("cheapest", cheapest), ("median", median), ("dearest", dearest)]
    }
  }
}

/// What may move home's running cost while the owner does nothing.
package struct HomeBounds: Sendable, Equatable {
  package var low: HomeCost
  package var high: HomeCost
  package var lowTariff: Price<KilowattHour>
  package var highTariff: Price<KilowattHour>
  /// For the report: `tariff 0.104 to 0.3835, load 0 to 100 %`.
  package var words: String

  /// Running cost between the cheapest tariff at rest and the dearest at full load; what is there now is inside.
  package init(_ model: HomeModel, tariffs: (low: Price<KilowattHour>, high: Price<KilowattHour>)) {
    let own = model.tariff.value
    lowTariff = min(tariffs.low, own)
    highTariff = max(tariffs.high, own)
    func cost(_ tariff: Price<KilowattHour>, _ load: Ratio) -> HomeCost {
      model.with {
        $0.tariff.value = tariff
        $0.utilisation.value = load
      }.monthly()
    }
    low = cost(lowTariff, .zero)
    high = cost(highTariff, .one)
    let digits = 4
    words =
      "tariff \(lowTariff.money.amount.rounded(digits).plain) to "
      + "\(highTariff.money.amount.rounded(digits).plain) \(model.currency) per kWh"
      + (model.measured == nil ? ", load 0 to 100 %" : "")
  }
}

extension Contender {
  package init(_ bill: CloudBill, home: HomeCost, bounds: HomeBounds) {
    self.bill = bill
    savingsPerYear = (bill.total - home.total) * 12
    breakEven = BreakEven(outlay: home.capex, cloud: bill.total, running: home.running)
    earliest = BreakEven(outlay: home.capex, cloud: bill.total, running: bounds.low.running)
    latest = BreakEven(outlay: home.capex, cloud: bill.total, running: bounds.high.running)
    life = home.life
  }
}

extension Headline {
  /// Nil without any contender.
  package init?(_ bills: [CloudBill], home: HomeCost, bounds: HomeBounds) {
    let sorted = bills.sorted { $0.total < $1.total }.map { Contender($0, home: home, bounds: bounds) }
    guard let first = sorted.first, let last = sorted.last else { return nil }
    cheapest = first
    median = sorted[(sorted.count - 1) / 2]
    dearest = last
    providers = sorted.count
  }
}
