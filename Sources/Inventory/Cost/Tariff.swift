package import Diagnostics
package import Units

/// What a kilowatt-hour costs, taxes included.
package enum Tariff: Sendable, Equatable {
  case flat(Price<KilowattHour>)
  /// By the clock; the zones cover the whole day between them, which the inventory's rules check.
  case byClock([TariffZone])
  /// A file with a price for each hour or quarter of an hour.
  case series(path: String)
  /// Fetched from a supplier or an exchange by `hearth cost tariff --update`, and read from the cache.
  case live(LiveTariff)
}

/// Prices that somebody publishes hour by hour.
package struct LiveTariff: Sendable, Equatable {
  package enum Source: String, Sendable, CaseIterable { case tibber, octopus, awattar, entsoe }

  package var source: Source
  package var token: Secret<String>?
  package var area: String?
  package var product: String?
  /// Added to each price after tax.
  package var surcharge: Price<KilowattHour>
  /// On the published price.
  package var vat: Ratio

  package init(
    source: Source, token: Secret<String>? = nil, area: String? = nil, product: String? = nil,
    surcharge: Price<KilowattHour>, vat: Ratio = .zero
  ) {
    self.source = source
    self.token = token
    self.area = area
    self.product = product
    self.surcharge = surcharge
    self.vat = vat
  }

  /// Names the list in the cache: the token is not part of it.
  package var identity: String { [source.rawValue, area, product].compactMap(\.self).joined(separator: " ") }
}

package struct TariffZone: Sendable, Equatable {
  package var name: String
  package var price: Price<KilowattHour>
  /// Minutes of the day; an end before the start lies on the next day, and both equal mean the whole day.
  package var from: Int
  package var to: Int
  /// 1 is Monday; empty means every day.
  package var weekdays: Set<Int>
  /// 1 is January; empty means all year.
  package var months: Set<Int>

  package init(
    name: String, price: Price<KilowattHour>, from: Int, to: Int, weekdays: Set<Int> = [], months: Set<Int> = []
  ) {
    self.name = name
    self.price = price
    self.from = from
    self.to = to
    self.weekdays = weekdays
    self.months = months
  }

  /// Whether it holds at all on such a day.
  package func holds(weekday: Int, month: Int) -> Bool {
    (weekdays.isEmpty || weekdays.contains(weekday)) && (months.isEmpty || months.contains(month))
  }

  package func contains(minute: Int) -> Bool {
    from == to || (from < to ? from <= minute && minute < to : minute >= from || minute < to)
  }
}
