package import Diagnostics
package import Foundation
import HTTP
package import Inventory
import JSONStream
package import Units

/// What a kilowatt-hour costs from a moment on, as a supplier or an exchange publishes it.
package struct TariffPoint: Sendable, Equatable {
  package var start: Date
  /// In units of the currency.
  package var price: Decimal
  package var currency: Currency

  package init(start: Date, price: Decimal, currency: Currency) {
    self.start = start
    self.price = price
    self.currency = currency
  }
}

/// One question to a publisher of prices.
struct TariffRequest: Sendable {
  var url: String
  var headers: [String: String] = [:]
  /// A JSON document that is posted; nil for a GET.
  var body: String?
  /// What must not be shown of the URL.
  var secret: String?
}

/// How one publisher of prices is asked and read.
protocol TariffFeed: Sendable {
  /// Where it answers; a test puts its own server there.
  var server: String { get }
  /// For prices that hold from the first moment to the second.
  func request(_ tariff: LiveTariff, from: Date, to: Date) throws(HearthError) -> TariffRequest
  /// - Throws: ``HearthError`` `download` naming the field that is not as it was.
  func read(_ body: [UInt8], document: String) throws(HearthError) -> TariffAnswer
}

struct TariffAnswer: Sendable, Equatable {
  var points: [TariffPoint]
  /// The next page, where there is one.
  var next: String?
}

enum TariffFeeds {
  static func feed(_ source: LiveTariff.Source, area: String?, server: String?) -> any TariffFeed {
    switch source {
    case .tibber: TibberFeed(server: server ?? "https://api.tibber.com")
    case .octopus: OctopusFeed(server: server ?? "https://api.octopus.energy")
    case .awattar: AwattarFeed(server: server ?? (area == "AT" ? "https://api.awattar.at" : "https://api.awattar.de"))
    case .entsoe: EntsoeFeed(server: server ?? "https://web-api.tp.entsoe.eu")
    }
  }

  static func missing(_ key: String, _ source: LiveTariff.Source, _ example: String) -> HearthError {
    HearthError(
      .inventory, "a tariff from \(source.rawValue) lacks `\(key)`", subject: Subject(step: "cost.tariff.live"),
      hint: "add `\(key): \(example)`")
  }

  static func json(_ body: [UInt8], _ document: String) throws(HearthError) -> JSONField {
    do {
      return JSONField(try JSONValue(body), document: document)
    } catch {
      throw HearthError.notJSON(document, error)
    }
  }

  /// ISO 8601, with a fraction of a second or without.
  static func time(_ field: JSONField) throws(HearthError) -> Date {
    let text = try field.text()
    let plain = text.replacing(/\.[0-9]+/, with: "")
    guard let date = try? Date(plain, strategy: .iso8601) else { throw field.wrong("a time") }
    return date
  }
}
