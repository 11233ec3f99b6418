package import Foundation

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
