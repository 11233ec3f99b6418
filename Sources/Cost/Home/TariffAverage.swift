package import Diagnostics
import Foundation
package import Inventory
package import Units
import Untrusted

/// The price of a kilowatt-hour averaged over the hours at which a rack that never sleeps draws it: each hour of the day
/// counts by its share of the measured energy, all the same where nothing was measured.
package struct TariffAverage {
  package struct Result: Sendable {
    package var price: Sourced<Price<KilowattHour>>
    /// What had to be assumed.
    package var notes: [String]
  }

  private let currency: Currency
  private let today: Day
  private let timeZone: TimeZone
  /// Of the 24 hours of a day, each 1 on average.
  private let weights: [Decimal]
  private let isWeighted: Bool
  private let live: PriceSeries?

  package init(_ context: CostContext) {
    currency = context.rack.cost.currency
    today = context.today
    timeZone = context.timeZone
    isWeighted = context.hourShares?.count == 24
    weights = (isWeighted ? context.hourShares : nil)?.map { $0 * 24 } ?? Array(repeating: 1, count: 24)
    live = context.liveTariff
  }

  package func average(_ tariff: Stated<Tariff>) throws(HearthError) -> Result {
    let origin = Origin(tariff.subject)
    switch tariff.value {
    case .flat(let price): return Result(price: Sourced(price, origin), notes: [])
    case .byClock(let zones):
      let note = isWeighted ? ["the tariff by the clock is weighted by the energy measured in each hour"] : []
      return Result(price: Sourced(byClock(zones), origin), notes: note)
    case .series(let path):
      let series = try PriceSeries.load(path: path, currency: currency)
      return try average(series, name: path)
    case .live(let live):
      guard let series = self.live else {
        throw HearthError(
          .inventory, "no prices of \(live.source.rawValue) have been fetched", subject: tariff.subject,
          hint: "fetch them: hearth cost tariff --update")
      }
      return try average(series, name: "prices of \(live.source.rawValue)")
    }
  }

  private func average(_ series: PriceSeries, name: String) throws(HearthError) -> Result {
    let words = "\(name), \(series.count) prices from \(series.first) to \(series.last)"
    return Result(
      price: Sourced(try series.average(weights: weights, timeZone: timeZone, file: name), .inventory(words)),
      notes: series.notes(today: today).map { "\(name): \($0)" })
  }

  /// Weighted by minutes of the day, days of the week and lengths of the months.
  func byClock(_ zones: [TariffZone]) -> Price<KilowattHour> {
    // Four years have 1461 days.
    let days: [Decimal] = [124, 113, 124, 120, 124, 120, 124, 124, 120, 124, 120, 124]
    var total = Money.zero(currency)
    var cache: [[Int]: Money] = [:]
    for (month, length) in days.enumerated() {
      for weekday in 1...7 {
        let here = zones.indices.filter { zones[$0].holds(weekday: weekday, month: month + 1) }
        let day = cache[here] ?? average(here.map { zones[$0] })
        cache[here] = day
        total += day * (length / 7)
      }
    }
    return Price(total / 1461)
  }

  /// Over one day.
  private func average(_ zones: [TariffZone]) -> Money {
    zones.map { zone in
      let minutes = (0..<1440).filter { zone.contains(minute: $0) }
      let weight = Dictionary(grouping: minutes) { $0 / 60 }.map { weights[$0.key] * Decimal($0.value.count) }
      return zone.price.money * weight.reduce(0, +)
    }.sum(in: currency) / 1440
  }
}

extension CostContext {
  /// The clock at home: the country's, otherwise UTC.
  var timeZone: TimeZone {
    rack.cost.country.flatMap { catalogue.countries[$0.value]?.timeZone }.flatMap { TimeZone(identifier: $0) } ?? .gmt
  }
}
