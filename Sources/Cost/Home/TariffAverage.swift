package import Diagnostics
import Foundation
package import Inventory
package import Units

/// The price of a kilowatt-hour averaged over the hours at which a rack that never sleeps draws it.
package enum TariffAverage {
  package static func average(_ tariff: Stated<Tariff>, currency: Currency) throws(HearthError)
    -> Sourced<Price<KilowattHour>>
  {
    let origin = Origin(tariff.subject)
    switch tariff.value {
    case .flat(let price): return Sourced(price, origin)
    case .byClock(let zones): return Sourced(byClock(zones, currency: currency), origin)
    case .series(let path):
      let series = try PriceSeries.load(path: path, currency: currency)
      return Sourced(
        series.average,
        .inventory("\(path), \(series.count) prices from \(series.first) to \(series.last)"))
    }
  }

  /// Weighted by minutes of the day.
  static func byClock(_ zones: [TariffZone], currency: Currency) -> Price<KilowattHour> {
    let total = zones.map { zone in
      zone.price.money * Decimal((0..<1440).count { zone.contains(minute: $0) })
    }.sum(in: currency)
    return Price(total / 1440)
  }
}

/// Prices by the hour, from a CSV with a time and a price in each line; a header is allowed.
package struct PriceSeries: Sendable, Equatable {
  package var average: Price<KilowattHour>
  package var count: Int
  package var first: String
  package var last: String

  package static func load(path: String, currency: Currency) throws(HearthError) -> PriceSeries {
    do {
      return try parse(try String(contentsOfFile: path, encoding: .utf8), file: path, currency: currency)
    } catch let error as HearthError {
      throw error
    } catch {
      throw HearthError(
        .inventory, "the price series cannot be read", subject: Subject(file: path), cause: error.localizedDescription,
        command: "ls -l \(path)")
    }
  }

  package static func parse(_ text: String, file: String, currency: Currency) throws(HearthError) -> PriceSeries {
    let bounds = Magnitude.scaled(-1...5, to: currency)
    var prices: [Decimal] = []
    var times: [Date] = []
    var names: [Substring] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let fields = line.split(whereSeparator: { $0 == "," || $0 == ";" }).map {
        $0.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "\"")))
      }
      if fields.isEmpty || line.hasPrefix("#") { continue }
      let place = Subject(file: file, line: index + 1)
      let time = fields.first.flatMap(date)
      if time == nil, times.isEmpty, fields.count > 1, Decimal(exact: fields[1]) == nil { continue }
      guard fields.count >= 2, let time, let price = Decimal(exact: fields[1]) else {
        throw HearthError(
          .inventory, "`\(line)` is no time and price", subject: place,
          hint: "write lines such as 2026-01-31T13:00:00Z,0.2541")
      }
      guard bounds.contains(price) else {
        throw HearthError(
          .inventory, "\(price) \(currency) for a kWh is not plausible", subject: place,
          hint: "exchanges quote a MWh: divide by 1000, and add taxes and fees")
      }
      if let last = times.last, time <= last {
        throw HearthError(.inventory, "the time goes back here", subject: place, hint: "sort the lines by time")
      }
      times.append(time)
      names.append(line.prefix { $0 != "," && $0 != ";" })
      prices.append(price)
    }
    guard let first = names.first, let last = names.last else {
      throw HearthError(.inventory, "the price series is empty", subject: Subject(file: file))
    }
    return PriceSeries(
      average: Price(average(prices, times), currency), count: times.count, first: String(first), last: String(last))
  }

  /// Each price holds until the next, but not for longer than an hour, so that gaps do not count.
  private static func average(_ prices: [Decimal], _ times: [Date]) -> Decimal {
    var seconds = zip(times, times.dropFirst()).map { min(3600, Int($1.timeIntervalSince($0).rounded())) }
    seconds.append(seconds.last ?? 3600)
    let total = seconds.reduce(0, +)
    return zip(prices, seconds).map { $0 * Decimal($1) }.reduce(0, +) / Decimal(total)
  }

  private static func date(_ text: String) -> Date? {
    (try? Date(text, strategy: .iso8601)) ?? (try? Date(text.replacing(" ", with: "T") + "Z", strategy: .iso8601))
  }
}
