import Cost
import Diagnostics
import Foundation
import Inventory
import Testing
import Units

/// An amount in one export is that amount in every other.
struct ExportTests {
  private static func report(_ seed: Int, on day: String = "2026-11-30") throws -> CostReport {
    // The same numbers each time; a linear congruence is random enough.
    var state = UInt64(seed)
    func random(_ range: ClosedRange<Int>) -> Decimal {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Decimal(range.lowerBound + Int(state >> 33) % (range.upperBound - range.lowerBound + 1))
    }
    let rack = try HandCheckTests.rack { rack in
      rack.cost.tariff = Stated(.flat(Price(random(50...900) / 1000, .eur)))
      rack.cost.utilisation = Stated(.percent(random(0...100)))
      rack.cost.life = Stated(Months(random(12...96)))
      rack.cost.internet = Stated(Money(random(0...20), .eur))
      rack.cost.admin.isCounted = seed % 2 == 0
      for index in rack.nodes.indices { rack.nodes[index].purchase.price = Stated(Money(random(10...400), .eur)) }
    }
    return try Fixtures.report(rack, on: day) { context in
      context.sharing = Showback.Sharing.allCases[seed % 3]
      context.workloads = Workloads(
        namespaces: (1...3).map {
          .init(name: "ns\($0)", cores: Cores(random(1...400) / 100), memory: Gibibytes(random(1...900) / 100))
        }, peakCores: Cores(6), peakMemory: Gibibytes(20), period: "test")
    }
  }

  private static func rows(_ csv: String) -> [[String: String]] {
    // Commas inside quotes belong to the cell.
    let lines = csv.split(separator: "\n").map { line in
      line.components(separatedBy: "\"").enumerated().map { $0 % 2 == 0 ? $1 : $1.replacing(",", with: ";") }.joined()
        .components(separatedBy: ",")
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
  }

  @Test(arguments: 1...12) func amountsAgree(_ seed: Int) throws {
    let report = try Self.report(seed)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(ReportJSON.text(report, scenarios: []).utf8)) as? [String: Any])
    let home = try #require(json["home"] as? [String: Any])
    let period = try #require(json["monthToDate"] as? [String: Any])
    func amount(_ value: Any?) -> Decimal { (value as? String).flatMap { Decimal(exact: $0) } ?? -1 }
    let csv = Self.rows(ReportCSV.text(report))
    func cell(_ side: String, _ item: String) -> Decimal {
      csv.first { $0["side"] == side && $0["item"] == item }.flatMap { $0["per month"] }.flatMap { Decimal(exact: $0) }
        ?? -2
    }
    for (key, item) in [
      ("amortisation", "hardware"), ("electricity", "electricity"), ("spares", "spares"), ("total", "total"),
    ] { #expect(amount(home[key]) == cell("home", item), "\(key)") }
    // Prometheus has more digits.
    let metrics = ReportPrometheus.text(report)
    func metric(_ start: String) -> Decimal {
      metrics.split(separator: "\n").first { $0.hasPrefix(start) }.flatMap { $0.split(separator: " ").last }
        .flatMap { Decimal(exact: $0) } ?? -3
    }
    let parts = metrics.split(separator: "\n").filter { $0.hasPrefix("hearth_home_cost_per_month{") }
      .compactMap { $0.split(separator: " ").last.flatMap { Decimal(exact: $0) } }.reduce(0, +)
    #expect(parts.rounded(2) == amount(home["total"]))
    #expect(metric("hearth_home_month_to_date_cost").rounded(2) == amount(period["total"]))
    // FOCUS: what is effective this month so far, by its rows.
    let focus = Self.rows(ReportFOCUS.text(report))
    func sum(_ column: String, _ service: String? = nil) -> Decimal {
      focus.filter { service == nil || $0["ServiceName"] == service }.compactMap { $0[column] }
        .compactMap { Decimal(exact: $0) }.reduce(0, +)
    }
    #expect(sum("EffectiveCost").rounded(2) == amount(period["total"]))
    #expect(sum("EffectiveCost", "Electricity").rounded(2) == amount(period["electricity"]))
    #expect(sum("BilledCost", "Hardware") == 0, "what was bought before is billed no more")
    #expect((sum("EffectiveCost") - sum("BilledCost")).rounded(2) == amount(period["amortisation"]))
    // OpenCost: a month of everything is the rack.
    let hourly = ReportOpenCost.hourly(report)
    let capacity = report.model.capacity
    let month = (hourly.core * capacity.cores.value + hourly.gibibyte * capacity.memory.value) * Hours.perMonth.value
    #expect(month.rounded == report.home.total.rounded)
    // Namespaces in JSON, CSV and metrics.
    for line in report.showback?.lines ?? [] {
      #expect(cell("namespace", line.namespace) == line.home.amount.rounded(2))
      #expect(metrics.contains("namespace=\"\(line.namespace)\"} \(line.home.amount.rounded(10).plain)\n"))
    }
    // The text and the page show the same.
    let text = ReportText(report, width: 80).render()
    #expect(text.contains("\(report.home.total)"))
    #expect(try ReportPage.render(report).contains("\(report.home.total)"))
    #expect(try ShareCard.render(report).contains("\(report.home.total)"))
  }

  /// February 2028 has 696 hours.
  @Test func periodsAreThoseOfTheCalendar() throws {
    let whole = try Fixtures.report(try Fixtures.example("four-pi5.yaml"), on: "2028-02-29") { $0.allowsStale = true }
    #expect(whole.period.hours == Hours(696) && whole.period.share == 1)
    #expect((whole.period.energy.value - whole.home.energy.value * 696 / 730).magnitude < Decimal(1, over: 1_000_000))
    #expect(whole.period.amortisation == whole.home.amortisation)
    let early = try Fixtures.report(try Fixtures.example("four-pi5.yaml"), on: "2026-11-03")
    let rows = Self.rows(ReportFOCUS.text(early))
    #expect(rows.allSatisfy { $0["ChargePeriodStart"] == "2026-11-01T00:00:00Z" })
    #expect(rows.allSatisfy { $0["ChargePeriodEnd"] == "2026-11-04T00:00:00Z" })
    #expect(rows.allSatisfy { $0["BillingPeriodEnd"] == "2026-12-01T00:00:00Z" })
    #expect(early.period.amortisation == early.home.amortisation * (Decimal(1) / 10))
  }

  @Test func whatIsIdleIsNoSubAccount() throws {
    let rows = Self.rows(ReportFOCUS.text(try Self.report(3)))
    #expect(rows.contains { $0["x_Idle"] == "true" && $0["SubAccountId"] == "" })
    #expect(!rows.contains { $0["SubAccountId"]?.contains("idle") == true })
  }

  /// Version 1.3: metrics of the rows add up to those of 1.2, ratios to one, and dimensions are those of the whole charge.
  @Test(arguments: 1...6) func splitCharges(_ seed: Int) throws {
    let report = try Self.report(seed)
    let (old, new) = (Self.rows(ReportFOCUS.text(report)), Self.rows(ReportFOCUS.text(report, version: .v1_3)))
    #expect(old.count == new.count)
    for (before, after) in zip(old, new) {
      for column in ["EffectiveCost", "BilledCost", "ListCost", "PricingQuantity", "ServiceName", "ProviderName"] {
        #expect(before[column] == after[column], "\(column)")
      }
      for column in ["AllocatedResourceId", "AllocatedResourceName"] {
        #expect(after[column] == before["SubAccountId"])
      }
      for column in ["ServiceProviderName", "HostProviderName"] { #expect(after[column] == "home") }
      #expect(after["SubAccountId"] == "")
    }
    for (service, rows) in Dictionary(grouping: new, by: { $0["ServiceName"] ?? "" }) {
      let ratios = rows.compactMap { row in
        row["AllocatedMethodDetails"]?.firstMatch(of: /AllocatedRatio: ([0-9.]+)/).flatMap {
          Decimal(exact: String($0.1))
        }
      }
      #expect(ratios.count == rows.count && ratios.reduce(0, +) == 1, "\(service)")
      let same = ["SubAccountId", "SkuId", "ResourceId", "Tags", "ListUnitPrice"]
      let dimensions = rows.map { row in row.filter { same.contains($0.key) } }
      #expect(Set(dimensions).count == 1)
    }
    let whole = Self.rows(
      ReportFOCUS.text(try Fixtures.report(try Fixtures.example("four-pi5.yaml"), on: "2026-11-30"), version: .v1_3))
    #expect(whole.allSatisfy { $0["AllocatedMethodId"] == "" && $0["AllocatedMethodDetails"] == "" })
  }

  @Test func openCostNamesItsCurrency() throws {
    #expect(ReportOpenCost.text(try Self.report(1)).contains("\"currencyCode\": \"EUR\""))
  }

  @Test func whatChangedIsShown() throws {
    let before = try Fixtures.report(try Fixtures.example("four-pi5.yaml"), on: "2026-11-30")
    let after = try Fixtures.report(
      try HandCheckTests.rack {
        $0.cost.tax.treatment = nil
        $0.cost.tariff = Stated(.flat(Price(Decimal(4, over: 10), .eur)))
      }, on: "2026-11-30")
    let old = ReportJSON.text(before, scenarios: [])
    let text = try ReportDiff.text(after, since: old, file: "old.json")
    #expect(text.contains("| electricity") && text.contains("EUR 7.24") && text.contains("EUR 10.09"))
    #expect(text.contains("+EUR 2.85"))
    #expect(text.contains("| cheapest cloud, saved a year"))
    #expect(try ReportDiff.text(before, since: old, file: "old.json").contains("Nothing changed"))
    let error = #expect(throws: HearthError.self) { try ReportDiff.text(after, since: "{}", file: "old.json") }
    #expect(error?.subject.file == "old.json")
  }
}
