import Cost
import Diagnostics
import Foundation
import Inventory
import Testing
import Units

/// Price series as people have them: every one is read rightly, read under an assumption that is stated, or refused with
/// a reason.
struct SeriesTests {
  private static func day(_ head: String, _ row: (Int) -> String) -> String {
    head + (0..<24).map { row($0) + "\n" }.joined()
  }

  private static func hour(_ number: Int) -> String { "2026-01-15T\(number < 10 ? "0" : "")\(number):00:00Z" }

  private static let readable: [(String, String, String?)] = [
    (day("Zeit;Preis\n") { "\(hour($0));0,30" }, "0.3", "decimal commas"),
    (day("\"time\",\"price\"\n") { "\"\(hour($0))\",\"0,30\"" }, "0.3", "decimal commas"),
    (day("time,net,gross\n") { "\(hour($0)),0.10,0.30" }, "0.3", "`gross`"),
    (day("time,price ct/kWh\n") { "\(hour($0)),30" }, "0.3", "divided by 100"),
    (day("time,EUR/MWh\n") { "\(hour($0)),85.3" }, "0.0853", "divided by 1000"),
    (day("valid_from,value_inc_vat\n") { "\(hour(23 - $0)),0.30" }, "0.3", nil),
    (day("\u{FEFF}") { "\(hour($0)),0.30" }, "0.3", nil),
    (day("time,price\r\n") { "\(hour($0)),0.30\r" }, "0.3", nil),
    (day("starts_at,total\n") { "\(hour($0).replacing("Z", with: ".000+01:00")),0.3" }, "0.3", nil),
    ("1768435200,0.30\n1768438800,0.10\n", "0.2", nil),
    ("2026-01-15 00:00,0.30\n2026-01-15 01:00,0.10\n", "0.2", "taken as UTC"),
    (
      "2025-10-26T02:00:00+02:00,0.5\n2025-10-26T02:00:00+01:00,0.9\n2025-10-26T03:00:00+01:00,0.1\n", "0.5", nil
    ),
  ]

  @Test(arguments: readable.indices) func isReadRightly(_ index: Int) throws {
    let (text, mean, assumption) = Self.readable[index]
    let series = try PriceSeries.parse(text, file: "prices.csv", currency: .eur)
    #expect(series.average.money.amount.rounded(6) == Decimal(exact: mean))
    #expect(
      assumption.map { wanted in series.assumptions.contains { $0.contains(wanted) } } ?? series.assumptions.isEmpty)
  }

  private static let refused: [(String, String, String)] = [
    (day("time,price\n") { "\(hour($0)),30.0" }, "not plausible", "cents"),
    (day("time,price\n") { "\(hour($0)),85.3" }, "not plausible", "MWh"),
    (day("time,price\n") { "\(hour($0)),\"1,234.56\"" }, "not plausible", "MWh"),
    (day("time,price\n") { "\(hour($0)),\"1,234\"" }, "not a time and price", "lines such as"),
    (day("") { "\(hour($0)),0.10,0.30" }, "not clear which", "two columns"),
    (day("") { "\(hour($0)),0,30" }, "not clear which", "decimal point"),
    (day("time,a,b\n") { "\(hour($0)),0.1,0.3" }, "not clear which", "two columns"),
    ("time,price\n", "empty", "lines such as"),
    (
      "2025-10-26 01:00:00,0.3\n2025-10-26 02:00:00,0.3\n2025-10-26 02:00:00,0.3\n2025-10-26 03:00:00,0.3\n",
      "an hour comes twice", "offset"
    ),
    ("2026-01-15T00:00:00Z,0.30\n2026-01-15T00:00:00Z,0.30\n", "priced twice", "keep one"),
  ]

  @Test(arguments: refused.indices) func isRefusedWithAReason(_ index: Int) throws {
    let (text, message, hint) = Self.refused[index]
    let error = #expect(throws: HearthError.self) {
      try PriceSeries.parse(text, file: "prices.csv", currency: .eur)
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "")")
  }

  /// A file beside an inventory, and what a report says of it.
  private func report(_ text: String) throws -> CostReport {
    let file = FileManager.default.temporaryDirectory.appending(path: "hearth-series-\(UUID().uuidString).csv")
    try text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try Fixtures.report(try HandCheckTests.rack { $0.cost.tariff = Stated(.series(path: file.path)) })
  }

  @Test(arguments: [
    ("2026-09-15T00:00:00Z,0.20\n", "a single price stands for the whole year"),
    ("2022-08-26T00:00:00Z,0.95\n2022-08-26T01:00:00Z,0.95\n", "days ago"),
    ("2026-09-15T00:00:00Z,0.20\n2026-09-15T01:00:00Z,0.20\n", "it covers 1 day"),
  ]) func whatStandsForAYearIsSaid(_ pair: (String, String)) throws {
    let report = try report(pair.0)
    #expect(ReportText(report).render().replacing("\n    ", with: " ").contains(pair.1))
  }

  @Test(arguments: [
    day("time,price\n") { "\(hour($0)),4.2" }, day("time,price\n") { "\(hour($0)),-0.05" },
  ]) func anAverageThatNobodyPaysIsRefused(_ text: String) throws {
    let errors = #expect(throws: HearthErrors.self) { try report(text) }
    #expect(errors?.errors.first?.message.contains("on average is not plausible") == true)
  }

  /// Cheap at night, dear by day: a rack that draws twice as much at night pays less on average.
  @Test func theClockIsWeightedByMeasuredEnergy() throws {
    func tariff(_ shares: [Decimal]?) throws -> Decimal {
      let report = try Fixtures.report(
        try HandCheckTests.rack {
          $0.cost.tariff = Stated(
            .byClock([
              TariffZone(name: "night", price: Price(Decimal(1, over: 10), .eur), from: 0, to: 720),
              TariffZone(name: "day", price: Price(Decimal(4, over: 10), .eur), from: 720, to: 0),
            ]))
        }
      ) { $0.hourShares = shares }
      return report.model.tariff.value.money.amount.rounded(6)
    }
    #expect(try tariff(nil) == Decimal(25, over: 100))
    let night = (0..<24).map { $0 < 12 ? Decimal(2) / 36 : Decimal(1) / 36 }
    #expect(try tariff(night) == Decimal(2, over: 10))
  }

  /// Winter weekdays 0.40, all else 0.20.
  @Test func seasonsAndWeekdaysCount() throws {
    func zone(_ price: Decimal, _ weekdays: Set<Int>, _ months: Set<Int>) -> TariffZone {
      TariffZone(name: "z", price: Price(price, .eur), from: 0, to: 0, weekdays: weekdays, months: months)
    }
    let (dear, cheap) = (Decimal(4, over: 10), Decimal(2, over: 10))
    let report = try Fixtures.report(
      try HandCheckTests.rack {
        $0.cost.tariff = Stated(
          .byClock([
            zone(dear, [1, 2, 3, 4, 5], [1, 2, 12]), zone(cheap, [6, 7], [1, 2, 12]),
            zone(cheap, [], [3, 4, 5, 6, 7, 8, 9, 10, 11]),
          ]))
      })
    let winter = Decimal(124 + 113 + 124) / 1461
    let wanted = cheap + (dear - cheap) * winter * Decimal(5) / 7
    #expect((report.model.tariff.value.money.amount - wanted).magnitude < Decimal(1, over: 1_000_000))
  }
}
