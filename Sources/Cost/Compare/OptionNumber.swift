import Diagnostics
import Foundation
import Inventory
import Units

/// Numbers of the command line, held to the same bounds as those of an inventory.
enum OptionNumber {
  static func decimal(
    _ text: String, _ option: String, _ range: ClosedRange<Decimal>, _ what: String
  ) throws(HearthError) -> Decimal {
    guard let value = Decimal(exact: text) else {
      throw HearthError(
        .usage, "\(option): `\(text)` is not a number", hint: "write \(what) as a plain number, as in 0.25")
    }
    guard range.contains(value) else {
      throw HearthError(
        .usage, "\(option): \(text) is not plausible", hint: "\(what) from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  static func tariff(_ text: String, _ option: String, _ currency: Currency) throws(HearthError) -> Price<KilowattHour>
  {
    let range = Magnitude.scaled(Decimal(5, over: 1000)...2, to: currency)
    return Price(try decimal(text, option, range, "\(currency) a kWh, whole units and not cents,"), currency)
  }

  static func price(_ text: String, _ option: String, _ currency: Currency) throws(HearthError) -> Money {
    Money(try decimal(text, option, Magnitude.scaled(0...50_000, to: currency), "\(currency)"), currency)
  }
}
