import Cost
import Foundation
import Inventory
import Prices
import Testing
import Units

/// The racks of `inventory/` against the prices that come with hearth, on a day on which these were fresh.
struct SnapshotReportTests {
  @Test(arguments: ["four-pi4.yaml", "four-pi5.yaml"])
  func againstEveryProvider(_ name: String) throws {
    let report = try Fixtures.report(try Fixtures.example(name), on: "2026-11-24") {
      $0.book = try PriceBook.snapshot()
    }
    #expect(report.market.answers.count >= 7)
    let headline = try #require(report.headline)
    #expect(headline.providers >= 3)
    #expect(headline.cheapest.bill.total <= headline.median.bill.total)
    #expect(headline.median.bill.total <= headline.dearest.bill.total)
    #expect(headline.cheapest.breakEven >= headline.dearest.breakEven)
    for answer in report.market.answers {
      let bill = try #require(answer.shown)
      #expect(bill.total.amount > 0 && bill.match.count > 0)
      // Nothing is matched by fewer machines than its memory asks for.
      #expect(bill.match.offer.memory * Decimal(bill.match.count) >= report.model.provisioned.memory)
    }
    try Fixtures.expectGolden(
      ReportText(report, width: 110, isFull: true).render(), "snapshot-\(name.replacing(".yaml", with: ".txt"))")
  }

  /// Hetzner's CAX21 is the reference of the check by hand; if its price changes, docs/guides/cost.md must follow.
  @Test func theReferencePriceIsThatOfTheDocumentation() throws {
    let offer = try #require(PriceBook.snapshot().instances.first { $0.provider == "hetzner" && $0.name == "cax21" })
    #expect(offer.quote.money == Money(exact: "10.99", .eur))
  }
}
