import Diagnostics
import Foundation
import Inventory
import JSONStream
import Units

/// Tibber's GraphQL: one's own price with everything in it.
struct TibberFeed: TariffFeed {
  let server: String

  func request(_ tariff: LiveTariff, from: Date, to: Date) throws(HearthError) -> TariffRequest {
    guard let token = tariff.token else { throw TariffFeeds.missing("token", .tibber, "${TIBBER_TOKEN}") }
    let hours = min(744, max(24, Int(to.timeIntervalSince(from) / 3600)))
    let fields = "total startsAt currency"
    let query =
      "{viewer{homes{currentSubscription{priceInfo{range(resolution:HOURLY,last:\(hours)){nodes{\(fields)}}"
      + "today{\(fields)} tomorrow{\(fields)}}}}}}"
    return TariffRequest(
      url: "\(server)/v1-beta/gql",
      headers: ["Authorization": "Bearer \(token.reveal())", "Content-Type": "application/json"],
      body: "{\"query\":\"\(query)\"}")
  }

  func read(_ body: [UInt8], document: String) throws(HearthError) -> TariffAnswer {
    let answer = try TariffFeeds.json(body, document)
    if let errors = try answer.optional("errors"), let first = try errors.elements().first {
      throw HearthError(
        .download, "\(document) refused the question: \(try first("message").text().prefix(200))",
        hint: "Is the token still valid?")
    }
    var points: [TariffPoint] = []
    for home in try answer("data")("viewer")("homes").elements() {
      guard let info = try home.optional("currentSubscription")?.optional("priceInfo") else { continue }
      var lists: [JSONField] = []
      if let nodes = try info.optional("range")?.optional("nodes") { lists.append(nodes) }
      for day in ["today", "tomorrow"] { if let list = try info.optional(day) { lists.append(list) } }
      for list in lists {
        for entry in try list.elements() {
          points.append(
            TariffPoint(
              start: try TariffFeeds.time(try entry("startsAt")), price: try entry("total").decimal(),
              currency: try FeedPage.currency(try entry("currency"))))
        }
      }
      // One home with a contract is enough: a rack stands in one of them.
      if !points.isEmpty { break }
    }
    return TariffAnswer(points: points)
  }
}

/// Octopus Energy: pence with tax, half-hours, newest first, in pages.
struct OctopusFeed: TariffFeed {
  let server: String

  func request(_ tariff: LiveTariff, from: Date, to: Date) throws(HearthError) -> TariffRequest {
    guard let product = tariff.product else { throw TariffFeeds.missing("product", .octopus, "AGILE-24-10-01") }
    guard let area = tariff.area, area.wholeMatch(of: /[A-P]/) != nil else {
      throw TariffFeeds.missing("area", .octopus, "C")
    }
    guard product.wholeMatch(of: /[A-Za-z0-9-]{1,60}/) != nil else {
      throw HearthError(.inventory, "`\(product)` is not a product of Octopus", hint: "write it as in AGILE-24-10-01")
    }
    let (start, end) = (from.formatted(.iso8601), to.formatted(.iso8601))
    return TariffRequest(
      url: "\(server)/v1/products/\(product)/electricity-tariffs/E-1R-\(product)-\(area)/standard-unit-rates/"
        + "?period_from=\(start)&period_to=\(end)&page_size=1500")
  }

  func read(_ body: [UInt8], document: String) throws(HearthError) -> TariffAnswer {
    let answer = try TariffFeeds.json(body, document)
    var points: [TariffPoint] = []
    for entry in try answer("results").elements() {
      points.append(
        TariffPoint(
          start: try TariffFeeds.time(try entry("valid_from")), price: try entry("value_inc_vat").decimal() / 100,
          currency: Currency("GBP") ?? .eur))
    }
    return TariffAnswer(points: points, next: try answer.optional("next")?.text())
  }
}

/// aWATTar: the exchange's price by the hour, without tax, in euros a MWh.
struct AwattarFeed: TariffFeed {
  let server: String

  func request(_ tariff: LiveTariff, from: Date, to: Date) throws(HearthError) -> TariffRequest {
    let (start, end) = (Int(from.timeIntervalSince1970) * 1000, Int(to.timeIntervalSince1970) * 1000)
    return TariffRequest(url: "\(server)/v1/marketdata?start=\(start)&end=\(end)")
  }

  func read(_ body: [UInt8], document: String) throws(HearthError) -> TariffAnswer {
    var points: [TariffPoint] = []
    for entry in try TariffFeeds.json(body, document)("data").elements() {
      let unit = try entry("unit")
      guard try unit.text().lowercased() == "eur/mwh" else { throw unit.wrong("`Eur/MWh`") }
      let start = try entry("start_timestamp").decimal() / 1000
      points.append(
        TariffPoint(
          start: Date(timeIntervalSince1970: start.approximate), price: try entry("marketprice").decimal() / 1000,
          currency: .eur))
    }
    return TariffAnswer(points: points)
  }
}
