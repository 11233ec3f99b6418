import Diagnostics
import Foundation
import Inventory
import Units

/// Day-ahead prices of the transparency platform: XML, a currency a MWh, in steps of an hour or a quarter. A step that is
/// left out repeats the one before.
struct EntsoeFeed: TariffFeed {
  let server: String

  func request(_ tariff: LiveTariff, from: Date, to: Date) throws(HearthError) -> TariffRequest {
    guard let token = tariff.token else { throw TariffFeeds.missing("token", .entsoe, "${ENTSOE_TOKEN}") }
    guard let area = tariff.area, area.wholeMatch(of: /[A-Z0-9-]{16}/) != nil else {
      throw TariffFeeds.missing("area", .entsoe, "10Y1001A1001A82H")
    }
    let (start, end) = (stamp(from), stamp(to))
    let secret = token.reveal().addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    return TariffRequest(
      url: "\(server)/api?documentType=A44&in_Domain=\(area)&out_Domain=\(area)&periodStart=\(start)&periodEnd=\(end)"
        + "&securityToken=\(secret)", secret: secret)
  }

  /// `202611300000`, UTC, whole hours.
  private func stamp(_ date: Date) -> String {
    let text = Date(timeIntervalSince1970: (date.timeIntervalSince1970 / 3600).rounded(.down) * 3600)
      .formatted(.iso8601)
    return text.filter(\.isNumber).prefix(12).description
  }

  func read(_ body: [UInt8], document: String) throws(HearthError) -> TariffAnswer {
    let text = String(decoding: body, as: UTF8.self)
    if let reason = element("Reason", text).first, let words = element("text", reason).first {
      throw HearthError(
        .download, "\(document) has no prices: \(words.prefix(200))", hint: "Check the area and the token.")
    }
    var points: [TariffPoint] = []
    for series in element("TimeSeries", text) {
      guard let code = element("currency_Unit.name", series).first, let currency = Currency(code),
        element("price_Measure_Unit.name", series).first == "MWH"
      else { throw wrong(document, "a currency and MWH") }
      for period in element("Period", series) { points += try self.points(period, currency, document) }
    }
    guard !points.isEmpty else { throw wrong(document, "a Period with prices") }
    return TariffAnswer(points: points)
  }

  private func points(_ period: String, _ currency: Currency, _ document: String) throws(HearthError) -> [TariffPoint] {
    let steps = ["PT60M": 3600, "PT30M": 1800, "PT15M": 900]
    guard let step = element("resolution", period).first.flatMap({ steps[$0] }),
      let start = element("start", period).first.flatMap(time), let end = element("end", period).first.flatMap(time),
      end > start, end.timeIntervalSince(start) <= 400 * 86_400
    else { throw wrong(document, "a resolution and an interval") }
    var prices: [Int: Decimal] = [:]
    for point in element("Point", period) {
      guard let position = element("position", point).first.flatMap({ Int($0) }), position > 0,
        let price = element("price.amount", point).first.flatMap({ Decimal(exact: $0) })
      else { throw wrong(document, "a position and a price") }
      prices[position] = price
    }
    guard var price = prices[1] else { throw wrong(document, "a first price") }
    return (1...Int(end.timeIntervalSince(start)) / step).map { position in
      price = prices[position] ?? price
      return TariffPoint(
        start: start.addingTimeInterval(Double((position - 1) * step)), price: price / 1000, currency: currency)
    }
  }

  /// `2026-11-29T23:00Z`.
  private func time(_ text: String) -> Date? {
    try? Date(text.replacing(/(T[0-9]{2}:[0-9]{2})Z/) { "\($0.1):00Z" }, strategy: .iso8601)
  }

  private func wrong(_ document: String, _ what: String) -> HearthError {
    HearthError(
      .download, "\(document) lacks \(what)", hint: "Its format has changed; look for a newer hearth.")
  }

  /// The contents of all elements of a name, with attributes or without; the platform nests none in itself.
  private func element(_ name: String, _ text: String) -> [String] {
    var result: [String] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "<\(name)") {
      rest = rest[open.upperBound...]
      guard let next = rest.first, next == ">" || next.isWhitespace, let end = rest.firstIndex(of: ">") else {
        continue
      }
      rest = rest[rest.index(after: end)...]
      guard let close = rest.firstRange(of: "</\(name)>") else { break }
      result.append(rest[..<close.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines))
      rest = rest[close.upperBound...]
    }
    return result
  }
}
