import Diagnostics
import Foundation
import JSONStream
import Units

/// What has been read of a provider's documents so far.
struct FeedPage: Sendable {
  let provider: Provider
  /// The document that is read.
  var document = ""
  /// When the provider confirmed it.
  var day: Day?
  var instances: [InstanceOffer] = []
  var services: [ServiceOffer] = []
  var flexible: [FlexibleOffer] = []
  /// Since when the price of an instance holds, where the list says so: ISO 8601.
  var starts: [InstanceOffer.Identity: String] = [:]
  /// Entries that were left out, by reason.
  var skipped: [String: Int] = [:]
  /// The next page, when this one says that there is one.
  var next: String?
  /// Parts of prices that are put together at the end, by a name of the feed's own.
  var parts: [String: Quote] = [:]
  /// Free hours of machines whose shape one chooses.
  var allowances: [String: FlexibleOffer.Allowance] = [:]
  var currency: Currency?
  /// Of a list that counts its pages.
  var currentPage: Int?

  mutating func skip(_ reason: String) { skipped[reason, default: 0] += 1 }

  var source: PriceSource { PriceSource(url: document, day: day, confidence: .live) }

  /// A price that is there and more than zero; anything else is missing and counted.
  mutating func quote(
    _ field: JSONField?, _ currency: Currency, per unit: BillingUnit, tax: TaxTreatment = .net,
    times factor: Decimal = 1,
    over divisor: Decimal = 1
  ) throws(HearthError) -> Quote? {
    guard let field else {
      skip("without a price")
      return nil
    }
    let amount = try field.decimal() * factor / divisor
    guard let quote = Quote(Money(amount, currency), per: unit, tax: tax, source: source) else {
      skip(amount < 0 ? "with a negative price" : "with a price of 0, which is missing and not free")
      return nil
    }
    guard quote.unitPerMonth.amount < 1_000_000 else {
      throw field.wrong("a plausible price per \(unit.words)")
    }
    return quote
  }

  /// `EUR`, as the document says it.
  static func currency(_ field: JSONField) throws(HearthError) -> Currency {
    guard let currency = Currency(try field.text()) else { throw field.wrong("a currency such as EUR") }
    return currency
  }
}
