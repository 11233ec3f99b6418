package import Diagnostics
package import Foundation
package import Units

/// How many units of each currency one euro buys, on a day.
package struct ExchangeRates: Sendable, Hashable, Codable {
  package struct Rate: Sendable, Hashable, Codable {
    package var currency: Currency
    /// For one euro.
    package var perEuro: Decimal
    package var source: PriceSource

    package init(currency: Currency, perEuro: Decimal, source: PriceSource) {
      self.currency = currency
      self.perEuro = perEuro
      self.source = source
    }
  }

  private var rates: [Currency: Rate]

  package init(_ rates: [Rate] = []) {
    self.rates = Dictionary(rates.map { ($0.currency, $0) }) { _, later in later }
  }

  /// In alphabetical order of their currencies; the euro itself is not among them.
  package var all: [Rate] { rates.values.sorted { $0.currency.code < $1.currency.code } }

  /// Nil for the euro, which needs none, and for currencies without one.
  package subscript(_ currency: Currency) -> Rate? { rates[currency] }

  /// - Throws: ``HearthError`` `inventory` when one of the two currencies has no rate.
  package func convert(_ money: Money, to currency: Currency) throws(HearthError) -> Money {
    if money.currency == currency { return money }
    return Money(money.amount * (try perEuro(currency)) / (try perEuro(money.currency)), currency)
  }

  /// The rates that such a conversion uses, for `--explain`.
  package func used(from: Currency, to: Currency) -> [Rate] {
    from == to ? [] : [from, to].compactMap { rates[$0] }
  }

  /// Takes the other's rates, unless its rate of a currency is older than the one that is known.
  /// - Returns: What was not taken, each with the rate that stays.
  mutating func overlay(_ other: ExchangeRates) -> [(older: Rate, newer: Rate)] {
    var kept: [(older: Rate, newer: Rate)] = []
    for rate in other.all {
      if let known = rates[rate.currency], let day = known.source.day, rate.source.day.map({ $0 < day }) ?? true {
        kept.append((rate, known))
      } else {
        rates[rate.currency] = rate
      }
    }
    return kept
  }

  private func perEuro(_ currency: Currency) throws(HearthError) -> Decimal {
    if currency == .eur { return 1 }
    if let rate = rates[currency] { return rate.perEuro }
    let known = (["EUR"] + all.map(\.currency.code)).joined(separator: ", ")
    throw HearthError(
      .inventory, "no exchange rate for \(currency) is known",
      hint:
        "use one of \(known), or add to a price file: rates: [{currency: \(currency), perEuro: …, source: …, date: …}]")
  }
}
