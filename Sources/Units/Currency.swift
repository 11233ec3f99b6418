/// An ISO 4217 currency.
package struct Currency: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Three capital letters.
  package let code: String

  /// Nil for codes that are not a currency in which prices are quoted.
  package init?(_ code: some StringProtocol) {
    let upper = code.uppercased()
    guard Currency.known.contains(upper) else { return nil }
    self.code = upper
  }

  private init(known code: String) { self.code = code }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Currency(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "`\(text)` is not a known currency")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }

  package static let eur = Currency(known: "EUR")
  package static let usd = Currency(known: "USD")

  package var description: String { code }

  /// Digits of the smallest coin: 0 for the yen, 2 for most.
  package var digits: Int { ["JPY", "KRW", "ISK", "CLP", "VND", "HUF"].contains(code) ? 0 : 2 }

  /// All that are known, in alphabetical order.
  package static let known: [String] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP", "HKD",
    "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP",
    "PKR", "PLN", "RON", "RSD", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
  ]
}
