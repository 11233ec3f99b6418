import Cost
import Diagnostics
import Foundation
import Inventory
import Testing
import Units

/// Each `Cases/NAME.yaml` is an inventory that nobody can reckon with; `NAME.expected` is all that is said about it.
struct MistakeTests {
  @Test(arguments: ["no-prices", "unknown-things", "no-tariff", "future", "no-rate", "no-vat"])
  func everyMissingNumberIsNamed(_ name: String) throws {
    let rack = try Fixtures.rack(try Fixtures.text("Cases/\(name).yaml"), file: "\(name).yaml")
    let errors = #expect(throws: HearthErrors.self) { try Fixtures.report(rack) }
    let found = Fixtures.print(try #require(errors))
    let golden = Fixtures.folder.appending(path: "Cases/\(name).expected")
    if Fixtures.rewrites { try found.write(to: golden, atomically: true, encoding: .utf8) }
    #expect(found == (try Fixtures.text("Cases/\(name).expected")))
  }

  @Test func listPricesStandInWhenAskedFor() throws {
    let rack = try Fixtures.rack(try Fixtures.text("Cases/list-prices.yaml"))
    let report = try Fixtures.report(rack) { $0.assumesListPrices = true }
    // 75 USD at 1.25 for a euro.
    #expect("\(report.home.capex)" == "EUR 60.00")
    #expect(report.warnings.contains { $0.contains("list prices") })
  }

  @Test(arguments: [
    "tariff=28.72", "tariff=x", "nodes=0", "nodes=many", "board=pi9", "colour=red", "term=spot", "life=1", "tariff",
    "utilisation=101",
  ])
  func changesThatMakeNoSense(_ text: String) throws {
    let context = try Fixtures.context(try Fixtures.example("four-pi5.yaml"))
    #expect(throws: (any Error).self) { try Scenario.build(text, context) }
  }

  @Test(arguments: [
    ("time,price\n2026-01-01T00:00:00Z,0.20\n2026-01-01T01:00:00Z,0.30\n", "0.25"),
    ("2026-01-01T00:00:00Z;0.10\n2026-01-01T00:15:00Z;0.20\n2026-01-01T00:30:00Z;0.30\n", "0.20"),
    // The first price holds for one hour, not for the day that is missing.
    (
      "2026-01-01T00:00:00Z,0.10\n2026-01-02T00:00:00Z,0.30\n2026-01-02T01:00:00Z,0.30\n2026-01-02T02:00:00Z,0.30\n",
      "0.25"
    ),
  ])
  func pricesByTheHour(_ pair: (String, String)) throws {
    let series = try PriceSeries.parse(pair.0, file: "prices.csv", currency: .eur)
    #expect(series.average.money.amount == Decimal(exact: pair.1))
  }

  @Test(arguments: [
    ("", "empty"), ("2026-01-01T00:00:00Z,abc\n2026-01-01T01:00:00Z,1", "not a time and price"),
    ("2026-01-01T00:00:00Z,0.2\n2025-01-01T00:00:00Z,0.2\n", "goes back"),
    ("2026-01-01T00:00:00Z,85.20\n", "not plausible"),
  ])
  func pricesThatAreNone(_ pair: (String, String)) throws {
    let error = #expect(throws: HearthError.self) {
      try PriceSeries.parse(pair.0, file: "prices.csv", currency: .eur)
    }
    #expect(error?.message.contains(pair.1) == true || error?.description.contains(pair.1) == true)
    #expect(error?.subject.file == "prices.csv")
  }
}
