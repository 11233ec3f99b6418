package import Foundation

/// An amount of one currency, exact in decimal.
///
/// Amounts of two currencies never meet by accident: adding them is a defect of the program and stops it. Whoever has
/// two currencies converts first, with a dated rate.
package struct Money: Sendable, Hashable, Codable {
  package var amount: Decimal
  package let currency: Currency

  package init(_ amount: Decimal, _ currency: Currency) {
    self.amount = amount
    self.currency = currency
  }

  /// Nil unless all of the text is a decimal number.
  package init?(exact text: some StringProtocol, _ currency: Currency) {
    guard let amount = Decimal(exact: text) else { return nil }
    self.init(amount, currency)
  }

  package static func zero(_ currency: Currency) -> Money { Money(0, currency) }

  /// Rounded to the currency's smallest coin. Only what is shown is rounded, never what is calculated with.
  package var rounded: Money { Money(amount.rounded(currency.digits), currency) }
}

extension Money: Comparable {
  package static func < (left: Money, right: Money) -> Bool { same(left, right) { left.amount < right.amount } }
  package static func + (left: Money, right: Money) -> Money {
    same(left, right) { Money(left.amount + right.amount, left.currency) }
  }
  package static func - (left: Money, right: Money) -> Money {
    same(left, right) { Money(left.amount - right.amount, left.currency) }
  }
  package static prefix func - (money: Money) -> Money { Money(-money.amount, money.currency) }
  package static func += (left: inout Money, right: Money) { left = left + right }
  package static func -= (left: inout Money, right: Money) { left = left - right }
  package static func * (left: Money, right: Decimal) -> Money { Money(left.amount * right, left.currency) }
  package static func * (left: Decimal, right: Money) -> Money { right * left }
  package static func * (left: Money, right: Ratio) -> Money { left * right.value }
  package static func / (left: Money, right: Decimal) -> Money { Money(left.amount / right, left.currency) }
  /// How many times one goes into the other. The divisor must not be zero.
  package static func / (left: Money, right: Money) -> Decimal { same(left, right) { left.amount / right.amount } }

  private static func same<Result>(_ left: Money, _ right: Money, _ body: () -> Result) -> Result {
    precondition(left.currency == right.currency, "\(left.currency) and \(right.currency) met without a rate")
    return body()
  }
}

extension Sequence where Element == Money {
  /// The currency is needed because a sequence may be empty.
  package func sum(in currency: Currency) -> Money { reduce(.zero(currency), +) }
}

extension Money: CustomStringConvertible {
  /// `EUR 21.05`, rounded to the smallest coin.
  package var description: String { "\(currency.code) \(amount.fixed(currency.digits))" }

  /// `EUR 0.0978`: with the digits it has, for unit prices.
  package var exactDescription: String { "\(currency.code) \(amount.brief)" }
}

/// Money per unit, such as per kilowatt-hour: `Price<KilowattHour>` times `KilowattHours` is `Money`.
package struct Price<Unit: Measure>: Sendable, Hashable, Codable {
  /// For one unit.
  package var money: Money

  package init(_ money: Money) { self.money = money }
  package init(_ amount: Decimal, _ currency: Currency) { money = Money(amount, currency) }

  package var currency: Currency { money.currency }

  package static func * (left: Price, right: Quantity<Unit>) -> Money { left.money * right.value }
  package static func * (left: Price, right: Decimal) -> Price { Price(left.money * right) }
}

extension Price: Comparable {
  package static func < (left: Price, right: Price) -> Bool { left.money < right.money }
}

extension Price: CustomStringConvertible {
  /// `EUR 0.2872 per kWh`.
  package var description: String { "\(money.exactDescription) per \(Unit.symbol)" }
}

extension Price<Hour> {
  /// What 730 hours cost.
  package var perMonth: Money { self * Hours.perMonth }
}
