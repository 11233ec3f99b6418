import Cost
import Foundation
import Inventory
import Prices
import Testing
import Units

struct ReportTests {
  static let workloads = Workloads(
    namespaces: [
      .init(name: "media", cores: Cores(2), memory: Gibibytes(8)),
      .init(name: "git", cores: Cores(1), memory: Gibibytes(4)),
      .init(name: "kube-system", cores: Cores(Decimal(1, over: 2)), memory: Gibibytes(2)),
    ], peakCores: Cores(5), peakMemory: Gibibytes(18), period: "2026-09-01 to 2026-09-30, 99 % of the hours")

  static func full() throws -> CostReport {
    try Fixtures.report(try Fixtures.example("four-pi5.yaml")) { $0.workloads = workloads }
  }

  @Test(arguments: [60, 80, 100, 140])
  func noLineIsWiderThanTheTerminal(_ width: Int) throws {
    let text = ReportText(try Self.full(), width: width, isFull: true).render()
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
  }

  @Test func onTheTerminal() throws {
    try Fixtures.expectGolden(ReportText(try Self.full(), width: 100).render(), "report.txt")
    try Fixtures.expectGolden(ReportText(try Self.full(), width: 100, isFull: true).render(), "report-all.txt")
  }

  @Test func theReferenceRack() throws {
    let report = try Fixtures.report(try Fixtures.example("four-pi4.yaml"))
    try Fixtures.expectGolden(ReportText(report, width: 100).render(), "four-pi4.txt")
  }

  @Test func withoutVerdict() throws {
    let report = try Fixtures.report(try Fixtures.example("four-pi5.yaml"), on: "2028-01-01")
    try Fixtures.expectGolden(ReportText(report, width: 100).render(), "stale.txt")
  }

  /// Prices, rates and lives that were divided or typed with many digits: no output has a number without an end.
  @Test func noNumberHasThirtyDigits() throws {
    let own = """
      provider: {id: third, name: Third Cloud}
      defaults: {region: all, currency: USD, tax: net, source: "https://third.example/", date: 2026-09-30}
      instances:
        - {name: t, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 33.333333333333333333, traffic: 1000, price: 0.0123456789012345678901234567, per: hour}
      rates:
        - {currency: USD, perEuro: 1.1172345678901234567890123, source: "https://rates.example/", date: 2026-10-01}
      """
    let rack = try Fixtures.example("four-pi5.yaml")
    let report = try Fixtures.report(rack) { context in
      context.book = context.book.overlaid(with: try PriceFile.decode(own, file: "own.yaml"))
      context.workloads = Self.workloads
      context.rack.cost.tariff = Stated(.flat(Price(Decimal(2, over: 7), .eur)))
      for index in context.rack.nodes.indices {
        context.rack.nodes[index].benchmark = Stated(Performance(Decimal(100_000, over: 7)))
      }
    }
    let texts = [
      ReportText(report, isFull: true).render(), try Explanation.text(report, numbers: []), ReportCSV.text(report),
      ReportJSON.text(report, scenarios: []), ReportFOCUS.text(report), ReportPrometheus.text(report),
      ReportOpenCost.text(report), try ReportPage.render(report), try ShareCard.render(report),
    ]
    for text in texts { #expect(text.firstMatch(of: /[0-9]*\.[0-9]{12,}/).map { String($0.output) } == nil) }
  }

  @Test func explained() throws {
    try Fixtures.expectGolden(try Explanation.text(try Self.full(), numbers: []), "explain.txt")
  }

  @Test func asTables() throws {
    let report = try Self.full()
    try Fixtures.expectGolden(ReportCSV.text(report), "report.csv")
    try Fixtures.expectGolden(ReportFOCUS.text(report), "focus-1.2.csv")
    try Fixtures.expectGolden(ReportFOCUS.text(report, version: .v1_3), "focus-1.3.csv")
    try Fixtures.expectGolden(ReportPrometheus.text(report), "metrics.prom")
    try Fixtures.expectGolden(ReportOpenCost.text(report), "opencost.json")
    try Fixtures.expectGolden(ReportJSON.text(report, scenarios: []), "report.json")
  }

  @Test func whatIf() throws {
    let context = try Fixtures.context(try Fixtures.example("four-pi5.yaml"))
    let now = try ReportBuilder.build(context)
    let scenarios = try ["nodes=+1", "tariff=0.20,utilisation=50", "board=pi4b-8gb", "interest=5"].map {
      try Scenario.build($0, context)
    }
    try Fixtures.expectGolden(ScenarioText(now, scenarios).render(width: 120), "what-if.txt")
  }

  /// Every number on the one-screen report is among the explained ones.
  @Test func everyNumberCanBeTraced() throws {
    let report = try Self.full()
    let explained = try Explanation.text(report, numbers: [])
    let home = report.home
    for money in [home.capex, home.amortisation, home.electricity, home.spares, home.total, home.admin] {
      #expect(explained.contains("\(money)"))
    }
    for answer in report.market.answers { #expect(explained.contains("\(try #require(answer.shown).total)")) }
    for (_, contender) in try #require(report.headline).rows {
      #expect(explained.contains("\(contender.breakEven)") && explained.contains("\(contender.savingsPerYear)"))
    }
  }

  /// A FOCUS file holds the columns that version 1.2 demands, and its rows add up to the report.
  @Test func focusAddsUp() throws {
    let report = try Self.full()
    let rows = ReportFOCUS.text(report).split(separator: "\n").map { $0.components(separatedBy: ",") }
    let header = try #require(rows.first)
    for column in [
      "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart",
      "BillingPeriodEnd", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodStart",
      "ChargePeriodEnd", "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity",
      "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName",
    ] { #expect(header.contains(column)) }
    func sum(_ column: String) throws -> Decimal {
      let index = try #require(header.firstIndex(of: column))
      return rows.dropFirst().compactMap { Decimal(exact: $0[index]) }.reduce(0, +)
    }
    #expect((try sum("EffectiveCost") - report.period.total.amount).magnitude < Decimal(1, over: 1_000_000))
    let billed = report.period.total - report.period.amortisation
    #expect((try sum("BilledCost") - billed.amount).magnitude < Decimal(1, over: 1_000_000))
    #expect(rows.count == 1 + 3 * 4)
  }

  /// The trap of monthly prices read as hourly ones: a month of all cores and all memory costs what the rack costs.
  @Test func openCostPricesAreHourly() throws {
    let report = try Self.full()
    let prices = ReportOpenCost.hourly(report)
    let month = (prices.core * 16 + prices.gibibyte * 32) * Hours.perMonth.value
    #expect((month - report.home.total).amount.magnitude < Decimal(1, over: 1_000_000))
  }

  @Test func showbackAddsUp() throws {
    for sharing in Showback.Sharing.allCases {
      let home = try Self.full().home
      let back = Showback(
        Self.workloads, home: home, capacity: (Cores(16), Gibibytes(32)), clouds: [Money(100, .eur)], sharing: sharing)
      let sum = back.lines.map(\.home).sum(in: .eur) + back.idle
      #expect((sum - home.total).amount.magnitude < Decimal(1, over: 1_000_000))
      #expect(back.lines.map(\.namespace) == ["media", "git", "kube-system"])
      // A quarter of the memory and an eighth of the cores; idle capacity is on both sides or on none.
      if sharing == .none {
        #expect("\(back.lines[0].cloud[0])" == "EUR 18.75")
      } else {
        let avoided = back.lines.compactMap(\.cloud.first).sum(in: .eur)
        #expect((avoided - Money(100, .eur)).amount.magnitude < Decimal(1, over: 1_000_000))
      }
    }
  }

  @Test func overcommittedNamespacesPayNoMoreThanThereIs() throws {
    let home = try Self.full().home
    let greedy = Workloads(
      namespaces: [
        .init(name: "a", cores: Cores(32), memory: Gibibytes(64)),
        .init(name: "b", cores: Cores(32), memory: Gibibytes(64)),
      ],
      peakCores: Cores(64), peakMemory: Gibibytes(128), period: "")
    let back = Showback(greedy, home: home, capacity: (Cores(16), Gibibytes(32)), clouds: [])
    #expect((back.lines.map(\.home).sum(in: .eur) - home.total).amount.magnitude < Decimal(1, over: 1_000_000))
    #expect(back.idle.amount.magnitude < Decimal(1, over: 1_000_000))
  }

  @Test func hardwareThatOutlivedItsLifeIsNamed() throws {
    let report = try Fixtures.report(
      try HandCheckTests.rack { $0.nodes[1].purchase.date = Day("2020-01-01") })
    #expect(report.warnings.contains { $0.hasPrefix("outlived") && $0.hasSuffix("price: pi2") })
  }

  @Test func metersReplaceTheModelForWhatTheyCover() throws {
    let rack = try HandCheckTests.rack()
    let plug = MeasuredPower(readings: [
      .init(
        meter: "plug", covers: Set(["pi1", "pi2", "pi3", "pi4"].flatMap { [$0, "\($0) NVMe SSD"] }), watts: Watts(30),
        isBehindSupply: false, period: "30 days")
    ])
    let report = try Fixtures.report(rack) { $0.measured = plug }
    // 30 W at the socket and the switch's 8 W behind the supply.
    #expect(report.home.watts == Watts(30) + Watts(8) / Ratio.percent(88))
    #expect(try Explanation.text(report, numbers: ["home.watts"]).contains("measured: 30 days"))
  }
}
