package import Diagnostics
import Foundation
package import Inventory
package import Prices
package import Units

extension PriceSeries {
  /// What was fetched of a live tariff, with tax and surcharge; nil when nothing was.
  /// - Throws: ``HearthError`` `inventory` for prices in another currency than the report's.
  package init?(_ points: [TariffPoint], of tariff: LiveTariff, currency: Currency) throws(HearthError) {
    guard let first = points.first else { return nil }
    guard points.allSatisfy({ $0.currency == currency }) else {
      throw HearthError(
        .inventory, "prices of \(tariff.source.rawValue) are in \(first.currency), the report in \(currency)",
        hint: "write `cost: {currency: \(first.currency)}`")
    }
    let factor = 1 + tariff.vat.value
    let surcharge = tariff.surcharge.money.amount
    self.init(
      points: points.map { Point(time: $0.start, price: $0.price * factor + surcharge) }, currency: currency,
      assumptions: tariff.vat == .zero && surcharge == 0 && tariff.source != .tibber && tariff.source != .octopus
        ? ["prices of the exchange were taken as they are: no tax, no grid, no surcharge"] : [])
  }
}
