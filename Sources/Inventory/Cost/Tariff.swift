package import Units

/// What a kilowatt-hour costs, taxes included.
package enum Tariff: Sendable, Equatable {
  case flat(Price<KilowattHour>)
  /// By the clock; the zones cover the whole day between them, which the inventory's rules check.
  case byClock([TariffZone])
  /// A file with a price for each hour or quarter of an hour.
  case series(path: String)
}

package struct TariffZone: Sendable, Equatable {
  package var name: String
  package var price: Price<KilowattHour>
  /// Minutes of the day; an end before the start lies on the next day, and both equal mean the whole day.
  package var from: Int
  package var to: Int

  package init(name: String, price: Price<KilowattHour>, from: Int, to: Int) {
    self.name = name
    self.price = price
    self.from = from
    self.to = to
  }

  package func contains(minute: Int) -> Bool {
    from == to || (from < to ? from <= minute && minute < to : minute >= from || minute < to)
  }
}
