import Cost
import Foundation
import Inventory
import Metering
import Testing
import Units

/// What a report says of meters that say nothing, or nonsense.
struct DoubtedMeterTests {
  private static let first = Day(number: 20_700)

  private static func report(
    _ watts: Decimal?, covers: [String] = ["all"], doubts: [MeterDoubtRecord] = []
  ) throws -> CostReport {
    let meter = MeterDeclaration(name: "plug", kind: .json, url: "http://192.168.1.40", path: "power", covers: covers)
    let energy = (0..<10).compactMap { day in
      watts.map {
        EnergyDay(
          day: first.adding(days: day), meter: "plug", covers: covers, energy: Watts($0) * Hours(24), known: Hours(24))
      }
    }
    let history = History(
      first: first, last: first.adding(days: 9), energy: energy, usage: [], hours: [], doubts: doubts)
    return try Fixtures.report(try HandCheckTests.rack { $0.cost.meters = [meter] }) { $0.take(history) }
  }

  @Test func milliwattsAreNoWatts() throws {
    let report = try Self.report(20_000)
    #expect(report.home.watts.description(1) == "34.5 W")
    #expect(report.warnings.contains { $0.contains("plug is not believed") && $0.contains("milliwatts") })
  }

  @Test func kilowattsAreNoWatts() throws {
    let report = try Self.report(Decimal(2, over: 100))
    #expect(report.home.watts.description(1) == "34.5 W")
    #expect(report.warnings.contains { $0.contains("kilowatts") })
  }

  @Test func whatIsPlausibleIsTaken() throws {
    #expect(try Self.report(30).home.watts == Watts(30))
    #expect(try Self.report(30).warnings.allSatisfy { !$0.contains("plug") })
  }

  @Test func moreThanTwiceWhatCanBeIsTakenWithAWord() throws {
    let report = try Self.report(250)
    #expect(report.home.watts == Watts(250))
    #expect(report.warnings.contains { $0.contains("does more hang on it?") })
  }

  @Test func aMeterWithoutSamplesIsAWarning() throws {
    let report = try Self.report(nil)
    #expect(report.warnings.contains { $0.contains("the meter plug has no samples") })
    #expect(report.home.watts.description(1) == "34.5 W")
  }

  @Test func doubtsAreToldInTheReportAndWhereTheNumberComesFrom() throws {
    let doubt = MeterDoubtRecord(
      meter: "plug", kind: "leap", count: 3, first: Self.first, last: Self.first.adding(days: 2),
      text: "its counter leapt by 1500.0 Wh in 300 s while it showed 20.0 W; its watts were used")
    let report = try Self.report(30, doubts: [doubt])
    #expect(report.warnings.contains { $0.contains("the meter plug, 3 times from") && $0.contains("leapt") })
    #expect(try Explanation.text(report, numbers: ["home.watts"]).contains("leapt by 1500.0 Wh"))
  }

  @Test func monthsAreSetAgainstWhatWasExpected() throws {
    let report = try Self.report(40)
    let month = try #require(report.trend.first)
    #expect(month.measured.watts == Watts(40))
    #expect(month.electricity > month.expected)
    #expect(try ReportPage.render(report).contains("Month by month"))
  }
}
