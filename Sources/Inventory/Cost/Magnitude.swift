package import Foundation
package import Units

/// How many units of a currency make about one euro: for bounds of plausibility only, never for money.
package enum Magnitude {
  private static let table: [String: Decimal] = [
    "JPY": 150, "KRW": 1500, "HUF": 400, "ISK": 150, "CLP": 1000, "COP": 4500, "IDR": 17_000, "VND": 28_000,
    "ARS": 1000, "NGN": 1500, "RSD": 120, "INR": 95, "PKR": 320, "PHP": 65, "THB": 38, "TWD": 35, "CZK": 25,
    "UAH": 45, "EGP": 55, "TRY": 45, "KES": 150, "MXN": 20, "ZAR": 20, "SEK": 11, "NOK": 11, "DKK": 7, "CNY": 8,
    "HKD": 9, "MAD": 10,
  ]

  package static func scaled(_ range: ClosedRange<Decimal>, to currency: Currency) -> ClosedRange<Decimal> {
    let factor = table[currency.code] ?? 1
    return range.lowerBound * factor...range.upperBound * factor
  }
}
