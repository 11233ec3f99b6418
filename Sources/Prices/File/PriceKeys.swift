import Foundation
import Inventory
import Schema
import Units

/// What every entry of a price file says about where its number comes from. A file's `defaults` hold for entries that
/// do not say otherwise.
struct OriginFields: Sendable {
  var currency: Currency?
  var tax: TaxTreatment?
  var source: String?
  var date: PriceDate?
  var confidence: PriceSource.Confidence?
  var note: String?
  var region: String?
  /// Keys whose values are wrong, which has been reported.
  var broken: Set<String> = []

  func or(_ other: OriginFields) -> OriginFields {
    OriginFields(
      currency: currency ?? other.currency, tax: tax ?? other.tax, source: source ?? other.source,
      date: date ?? other.date, confidence: confidence ?? other.confidence,
      note: note ?? other.note, region: region ?? other.region, broken: broken.union(other.broken))
  }

  /// Nil while the place of the price or its date are not given.
  var priceSource: PriceSource? {
    guard let source, let date else { return nil }
    return PriceSource(url: source, day: date.day, confidence: confidence ?? .own, note: note)
  }
}

/// The day of a price, or that nobody knows it, which must be said.
enum PriceDate: Sendable {
  case known(Day)
  case unknown

  var day: Day? { if case .known(let day) = self { day } else { nil } }
}

enum OriginKeys {
  static let currency = Key("currency", Kind<Currency>.currency, example: "EUR", "Currency of the prices, by ISO 4217.")
  static let tax = Key(
    "tax",
    Kind<TaxTreatment>.choice([
      (.net, "Sales tax comes on top."), (.gross, "Sales tax is in it."), (.unknown, "The source does not say."),
    ]), "Whether sales tax is in the price.")
  static let source = Key(
    "source", Kind<String>.text(.source), example: "https://www.hetzner.com/cloud",
    "Where the price was read: a URL, or words such as `offer 4711 of 2026-09-01`.")
  static let date = Key(
    "date", Kind<PriceDate>.date, example: "2026-09-29",
    "Day on which the price was valid, or `unknown`; prices of unknown date count as old.")
  static let confidence = Key(
    "confidence",
    Kind<PriceSource.Confidence>.choice([
      (.own, "The owner's own: negotiated, or from a bill."),
      (.published, "Read in the provider's own list, or in data made from it."),
      (.reported, "Read somewhere else."), (.assumed, "Widely known, not looked up on that day."),
      (.live, "Fetched by hearth from the provider itself."),
    ]), fallback: "own", "How well the price is known.")
  static let note = Key("note", Kind<String>.text(.words), "What else must be known to judge the price.")
  static let region = Key(
    "region", Kind<String>.text(.words), example: "eu-central", "The provider's name of the region.")

  static let all: [any AnyKey] = [currency, tax, source, date, confidence, note, region]

  static func fields(_ fields: Fields) -> OriginFields {
    OriginFields(
      currency: fields[currency], tax: fields[tax], source: fields[source], date: fields[date],
      confidence: fields[confidence], note: fields[note], region: fields[region],
      broken: Set(
        [
          (currency.shape.name, fields.has(currency) && fields[currency] == nil),
          (tax.shape.name, fields.has(tax) && fields[tax] == nil),
          (source.shape.name, fields.has(source) && fields[source] == nil),
          (date.shape.name, fields.has(date) && fields[date] == nil),
          (region.shape.name, fields.has(region) && fields[region] == nil),
        ].filter(\.1).map(\.0)))
  }

  static let kind = Kind<OriginFields>.object(
    "defaults", "What holds for entries of the file that do not say otherwise.", keys: all
  ) { fields($0) }
}
