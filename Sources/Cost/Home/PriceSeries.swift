package import Diagnostics
package import Foundation
import Inventory
package import Units

/// Prices by the hour or quarter of an hour, in the order of their times.
package struct PriceSeries: Sendable, Equatable {
  package struct Point: Sendable, Equatable {
    /// From when it holds.
    package var time: Date
    /// A kilowatt-hour.
    package var price: Decimal
    package init(time: Date, price: Decimal) {
      self.time = time
      self.price = price
    }
  }

  package var points: [Point]
  package var currency: Currency
  /// What had to be assumed to read them.
  package var assumptions: [String]

  package init(points: [Point], currency: Currency, assumptions: [String] = []) {
    self.points = points
    self.currency = currency
    self.assumptions = assumptions
  }

  package var count: Int { points.count }
  package var first: String { points.first.map { $0.time.formatted(.iso8601) } ?? "" }
  package var last: String { points.last.map { $0.time.formatted(.iso8601) } ?? "" }

  /// By the time that each price holds: until the next, but not for longer than an hour, so that gaps do not count.
  package var average: Price<KilowattHour> {
    Price(mean(weights: Array(repeating: 1, count: 24), timeZone: .gmt), currency)
  }

  /// - Parameter weights: Of the 24 hours of a day, by the clock of `timeZone`.
  /// - Throws: ``HearthError`` `inventory` for an average that no household pays.
  func average(weights: [Decimal], timeZone: TimeZone, file: String) throws(HearthError) -> Price<KilowattHour> {
    let mean = mean(weights: weights, timeZone: timeZone)
    let bounds = Magnitude.scaled(Decimal(5, over: 1000)...2, to: currency)
    guard bounds.contains(mean) else {
      throw HearthError(
        .inventory, "\(mean.rounded(6)) \(currency) for a kWh on average is not plausible",
        subject: Subject(file: file),
        hint: mean > bounds.upperBound
          ? "exchanges quote a MWh: divide by 1000, and add taxes and fees"
          : "add what grid, taxes and supplier cost: households pay from \(bounds.lowerBound) \(currency) a kWh")
    }
    return Price(mean, currency)
  }

  private func mean(weights: [Decimal], timeZone: TimeZone) -> Decimal {
    guard !points.isEmpty else { return 0 }
    var seconds = zip(points, points.dropFirst()).map { min(3600, Int($1.time.timeIntervalSince($0.time).rounded())) }
    seconds.append(seconds.last ?? 3600)
    var sum: Decimal = 0
    var total: Decimal = 0
    for (point, held) in zip(points, seconds) {
      let local = Int(point.time.timeIntervalSince1970) + timeZone.secondsFromGMT(for: point.time)
      let weight = weights[((local % 86_400) + 86_400) % 86_400 / 3600] * Decimal(held)
      sum += point.price * weight
      total += weight
    }
    return total > 0 ? sum / total : 0
  }

  /// What a reader must know of a series that stands for a year.
  package func notes(today: Day) -> [String] {
    guard let first = points.first?.time, let last = points.last?.time else { return assumptions }
    let days = Int((last.timeIntervalSince(first) / 86_400).rounded(.up))
    let end = Day(unixSeconds: Int(last.timeIntervalSince1970))
    var notes = assumptions
    if points.count == 1 {
      notes.append("a single price stands for the whole year")
    } else if days < 360 {
      notes.append("it covers \(days) day\(days == 1 ? "" : "s"), whose average stands for the whole year")
    }
    let age = today.days(since: end)
    if age > 90 { notes.append("its last price is of \(end), \(age) days ago") }
    return notes
  }
}
