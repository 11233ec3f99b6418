import Cost
import Diagnostics
import Foundation
import Inventory
import Prices
import Testing
import Units

/// What sets the verdict, what is left out of it and said, and that it never contradicts itself.
struct VerdictTests {
  /// Four small providers that differ in one thing each.
  private static func book(_ text: String) throws -> PriceBook {
    var book = try Fixtures.book()
    for part in text.components(separatedBy: "\n---\n") {
      book = book.overlaid(with: try PriceFile.decode(part, file: "own.yaml"))
    }
    return book
  }

  private static func report(
    _ own: String = "", on day: String = "2026-10-15", _ rack: (inout Rack) -> Void = { _ in },
    _ change: (inout CostContext) -> Void = { _ in }
  ) throws -> CostReport {
    try Fixtures.report(try HandCheckTests.rack(rack), on: day) { context in
      if !own.isEmpty { context.book = try book(own) }
      change(&context)
    }
  }

  @Test func aCheaperMachineThatNobodyMeasuredStandsBesideTheVerdict() throws {
    let report = try Self.report()
    #expect(report.cheaperUnmeasured.map(\.provider.id) == ["blind", "hetzner"])
    let text = ReportText(report, width: 80).render()
    #expect(text.contains("speed not measured: EUR"))
    #expect(text.contains("4 x cx33"))
    #expect(try ReportPage.render(report).contains("Cheaper by memory alone"))
    #expect(ReportJSON.text(report, scenarios: []).contains("cheaperUnmeasured"))
    // What is measured later sets the verdict.
    let measured = try Self.report(
      """
      families:
        - {id: own-cx33, name: own, measuredOn: cx33, vcpus: 4, mips: 16000, holdsFor: [hetzner/cx33], source: own, date: 2026-10-01}
      """)
    #expect(measured.headline?.cheapest.bill.match.words == "4 x cx33")
  }

  /// 11010 MIPS are three Altra cores of 4030; 8 GiB: 0.042 an hour each.
  @Test func shapesAreCutToMeasureAndFreeHoursShown() throws {
    let own = """
      provider: {id: flex, name: Flex Cloud}
      defaults: {region: all, currency: EUR, tax: net, source: "https://flex.example/", date: 2026-09-30}
      flexible:
        - {name: A1, architecture: arm64, family: altra, perProcessor: 0.01, perGibibyte: 0.0015, freeProcessorHours: 1500, freeGibibyteHours: 9000}
      services:
        - {kind: block-storage, name: disk, price: 0.02, per: gigabyte-month}
        - {kind: public-ipv4, name: address, free: yes}
        - {kind: egress, name: out, freePerMonth: 100, price: 0.01, per: gigabyte}
      """
    let report = try Self.report(own)
    let bill = try #require(report.market.answers.first { $0.provider.id == "flex" }?.best)
    #expect(bill.match.words == "4 x A1 3 OCPU 8 GB")
    #expect("\(bill.money(nil))" == "EUR 122.64")
    #expect("\(bill.total)" == "EUR 125.20")
    #expect("\(try #require(bill.allowance).money)" == "EUR 28.50")
    #expect(ReportText(report, isFull: true).render().contains("free allowance"))
  }

  @Test func oneAddressIsPaidWhereOneIsNeeded() throws {
    let own = """
      provider: {id: hetzner, name: Hetzner Cloud}
      defaults: {region: eu-central, currency: EUR, tax: net, source: "https://x.example/", date: 2026-09-29}
      instances:
        - {name: cax21, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, ipv4Optional: yes, disk: 80, traffic: 20000, price: 10.99, per: month}
      services:
        - {kind: public-ipv4, name: IPv4, price: 0.50, per: month}
      """
    let report = try Self.report(own)
    #expect("\(try #require(report.headline).cheapest.bill.total)" == "EUR 42.46")
  }

  /// A month's price per hour: it is shown with a word, and sets nothing.
  @Test func aPriceOfAnotherUnitSetsNoVerdict() throws {
    for (price, unit, word) in [("9.50", "hour", "per: month"), ("0.013", "month", "per: hour")] {
      let own = """
        provider: {id: slip, name: Slip Cloud}
        defaults: {region: all, currency: EUR, tax: net, source: "https://slip.example/", date: 2026-09-30}
        instances:
          - {name: s, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: \(price), per: \(unit)}
        """
      let report = try Self.report(own)
      #expect(report.headline?.rows.contains { $0.contender.bill.provider.id == "slip" } == false)
      #expect(report.warnings.contains { $0.hasPrefix("Slip Cloud: EUR") && $0.contains(word) })
    }
  }

  @Test func aMixedRackIsMatchedBoardByBoard() throws {
    let own = """
      provider: {id: hetzner, name: Hetzner Cloud}
      defaults: {region: eu-central, currency: EUR, tax: net, source: "https://x.example/", date: 2026-09-29}
      services:
        - {kind: block-storage, name: Volume, price: 0.05, per: gigabyte-month}
      """
    let report = try Self.report(own) { rack in
      rack.nodes[0].hardware = "zero2w"
      rack.nodes[0].power = nil
      rack.nodes[1].hardware = "pi5-16gb"
    }
    let bill = try #require(report.market.answers.first { $0.provider.id == "hetzner" }?.best)
    // Zero 2 W: a cax11; 16 GB: a cax31; two Pi 5 with 8 GB: a cax21 each.
    #expect(Set(bill.match.parts.map(\.offer.name)) == ["cax11", "cax21", "cax31"])
    #expect(bill.match.count == 4)
    #expect("\(bill.money(nil))" == "EUR 49.96")
  }

  /// Cloud between running cost and full cost: the hardware's price comes back some day, and it costs more all the same.
  @Test(arguments: ["3.80", "4.00", "4.50"])
  func whatCostsMoreDoesNotPayForItself(_ price: String) throws {
    let own = """
      provider: {id: near, name: Near Cloud}
      defaults: {region: all, currency: EUR, tax: net, source: "https://near.example/", date: 2026-09-30}
      instances:
        - {name: n, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: \(price), per: month}
      """
    let report = try Self.report(own)
    let cheapest = try #require(report.headline).cheapest
    #expect(cheapest.bill.provider.id == "near" && cheapest.savingsPerYear.amount < 0)
    let text = ReportText(report).render()
    #expect(text.contains("a year more and does not pay for itself"))
    #expect(!text.contains("has paid for itself"))
    #expect(!cheapest.paysOff || cheapest.savingsPerYear.amount < 0)
  }

  /// Savings that live from the residual value, and a break-even after the end of life: both are said, as one sentence.
  @Test func whatPaysOnlyWhenItIsSoldSaysSo() throws {
    let own = """
      provider: {id: near, name: Near Cloud}
      defaults: {region: all, currency: EUR, tax: net, source: "https://near.example/", date: 2026-09-30}
      instances:
        - {name: n, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: 5.80, per: month}
      """
    let report = try Self.report(own)
    let cheapest = try #require(report.headline).cheapest
    #expect(cheapest.savingsPerYear.amount > 0 && !cheapest.paysOff)
    let text = ReportText(report).render().replacing("\n", with: " ")
    #expect(text.contains("if it is sold for its residual value after 48 months"))
    #expect(!text.contains("has paid for itself"))
  }

  @Test func threeFreshProvidersMeansThree() throws {
    // Quick's list of 30 June 2026 is too old a year later, while two others are not.
    let report = try Self.report(on: "2027-07-15")
    #expect(report.headline == nil)
    #expect(report.refusal?.contains("fewer than 3 providers") == true)
    let allowed = try Self.report(on: "2027-07-15", { _ in }, { $0.allowsStale = true })
    #expect(allowed.headline != nil)
  }

  @Test func withoutAControlPlaneThereIsNoManagedVerdict() throws {
    let report = try Self.report("", on: "2026-10-15") { $0.cost.cloud.controlPlane = .managed }
    let hetzner = try #require(report.market.answers.first { $0.provider.id == "hetzner" })
    #expect(hetzner.best == nil && hetzner.marked?.marks.contains("no managed control plane") == true)
    #expect(report.headline?.cheapest.bill.provider.id != "hetzner")
    #expect(report.warnings.contains { $0.contains("no managed control plane: ") && $0.contains("Hetzner Cloud") })
  }

  /// The first lines give the reason that holds for the whole provider, and the step that helps against it.
  @Test func withoutAVerdictTheTrueReasonIsGiven() throws {
    let report = try Self.report("", on: "2026-10-15") { $0.cost.cloud.controlPlane = .managed }
    let refusal = try #require(report.refusal)
    #expect(refusal.contains("Hetzner Cloud (no managed control plane)"), "\(refusal)")
    #expect(refusal.contains("Blind Cloud (no managed control plane, memory only)"), "\(refusal)")
    #expect(refusal.contains("cost.cloud.controlPlane: own"))
    #expect(ReportText(report).render().split(separator: "\n").prefix(5).joined(separator: " ").contains("no managed"))
  }

  /// Of machines that lack something, the one that lacks the least says why: not the cheapest, which lacks more.
  @Test func theReasonIsThatOfTheNearestMachine() throws {
    let own = """
      provider: {id: dim, name: Dim Cloud}
      defaults: {region: all, currency: EUR, source: "https://dim.example/", date: 2026-09-30}
      instances:
        - {name: cheap, tax: unknown, architecture: arm64, vcpus: 4, memory: 8, ipv4: yes, disk: 100, traffic: 1000, price: 2, per: month}
        - {name: measured, tax: unknown, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: 8, per: month}
      """
    let report = try Self.report(own) { $0.cost.tax.treatment = .gross }
    let answer = try #require(report.market.answers.first { $0.provider.id == "dim" })
    #expect(answer.marked?.match.offer.name == "cheap")
    #expect(answer.obstacles == [.taxUnknown])
    #expect(report.market.answers.first { $0.best != nil }?.obstacles == [])
  }

  @Test func freeControlPlanesAreNamed() throws {
    let facts = ReportText(try Self.report()).render().replacing("\n    ", with: " ")
    #expect(facts.contains("it is free at Quick Cloud"))
  }

  @Test func pricesOfTheFutureSetNothing() throws {
    let own = """
      provider: {id: soon, name: Soon Cloud}
      defaults: {region: all, currency: EUR, tax: net, source: "https://soon.example/", date: 2031-01-01}
      instances:
        - {name: s, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: 1, per: month}
      """
    let report = try Self.report(own)
    #expect(report.headline?.cheapest.bill.provider.id == "hetzner")
    #expect(report.warnings.contains { $0.contains("a date that is not yet") && $0.contains("Soon Cloud") })
  }

  @Test func anOldRateReplacesNoYoungerOne() throws {
    let own = """
      rates:
        - {currency: USD, perEuro: 1.30, source: "https://rates.example/", date: 2010-01-04}
      """
    let report = try Self.report(own)
    #expect(report.headline?.dearest.bill.total == (try Self.report()).headline?.dearest.bill.total)
    #expect(report.warnings.contains { $0.contains("1.3 of 2010-01-04") })
  }

  @Test func ratesHaveAges() throws {
    let report = try Self.report("", on: "2027-03-01")
    #expect(report.warnings.contains { $0.contains("exchange rates older than 90 days: EUR 1 = USD 1.25") })
  }

  @Test func unknownTaxSetsNoVerdict() throws {
    let own = """
      provider: {id: dim, name: Dim Cloud}
      defaults: {region: all, currency: EUR, tax: unknown, source: "https://dim.example/", date: 2026-09-30}
      instances:
        - {name: d, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: 8, per: month}
      """
    let gross = try Self.report(own) { $0.cost.tax.treatment = .gross }
    #expect(gross.headline?.cheapest.bill.provider.id == "hetzner")
    #expect(gross.market.answers.first { $0.provider.id == "dim" }?.marked?.marks == ["tax unknown"])
    #expect(gross.warnings.contains { $0.contains("whether tax is in their prices") })
  }

  @Test func aRegionThatNobodyHasIsNamed() throws {
    let error = #expect(throws: HearthErrors.self) { try Self.report { $0.cost.cloud.regions = ["eu-cetnral"] } }
    #expect(error?.errors.first?.message.contains("`eu-cetnral`") == true)
    #expect(error?.errors.first?.hint?.contains("eu-central") == true)
  }

  /// Prices that hold everywhere hold in Europe too.
  @Test func regionsKeepWhatHoldsEverywhere() throws {
    let report = try Self.report { $0.cost.cloud.regions = ["eu"] }
    #expect(Set(report.market.answers.map(\.provider.id)) == ["hetzner", "big", "quick", "blind", "stale"])
  }

  @Test func agesAreThoseOfThePricesUsed() throws {
    let report = try Self.report()
    #expect(report.warnings.contains { $0.contains("Quick Cloud (q1, 107 days old)") })
    #expect(ReportPrometheus.text(report).contains("hearth_price_age_seconds{rack=\"pi5\",provider=\"quick\"} 9244800"))
  }

  @Test func catalogueFiguresOfTheWallAreNotDividedAgain() throws {
    let report = try Fixtures.report(try Fixtures.example("four-pi4.yaml"))
    #expect(report.home.watts.description(1) == "17.6 W")
    #expect("\(report.home.electricity)" == "EUR 4.93")
  }

  @Test func listPricesGetTheTaxThatHomePricesHave() throws {
    let rack = try Fixtures.rack(try Fixtures.text("Cases/list-prices.yaml"))
    let report = try Fixtures.report(rack) { context in
      context.assumesListPrices = true
      context.rack.cost.tax.vat = Stated(.percent(19))
    }
    #expect("\(report.home.capex)" == "EUR 71.40")
  }

  @Test func aMeasuredBoardTakesItsOwnFigure() throws {
    let report = try Self.report { rack in
      for index in rack.nodes.indices { rack.nodes[index].benchmark = Stated(Performance(2000)) }
    }
    #expect(report.market.requirement.performance == Performance(8000))
  }

  /// Idle cost that is shared out at home is shared out in the cloud too.
  @Test func idleIsAllocatedOnBothSides() throws {
    let report = try Self.report("", on: "2026-10-15", { _ in }) {
      $0.workloads = ReportTests.workloads
      $0.sharing = .weighted
    }
    let back = try #require(report.showback)
    let cheapest = try #require(report.headline).cheapest.bill.total
    let sum = back.lines.compactMap(\.cloud.first).sum(in: .eur)
    #expect((sum - cheapest).amount.magnitude < Decimal(1, over: 1_000_000))
  }

  @Test func whatIsUsedHasTheSameThreeRows() throws {
    let report = try Self.report("", on: "2026-10-15", { _ in }) { $0.workloads = ReportTests.workloads }
    let used = try #require(report.used?.headline)
    #expect(used.rows.map(\.name) == ["cheapest", "median", "dearest"])
    #expect(ReportText(report, width: 80).render().contains("What is used, in a cloud"))
    #expect(used.cheapest.bill.total <= (try #require(report.headline).cheapest.bill.total))
  }

  @Test(arguments: [60, 72, 80, 100, 140]) func everyAmountIsWhole(_ width: Int) throws {
    let report = try Self.report("", on: "2026-10-15", { _ in }) { $0.workloads = ReportTests.workloads }
    let text = ReportText(report, width: width).render()
    for (_, contender) in try #require(report.headline).rows {
      #expect(text.contains("\(contender.bill.total)") && text.contains("\(contender.savingsPerYear)"), "\(width)")
    }
    for (_, contender) in try #require(report.used?.headline).rows { #expect(text.contains("\(contender.bill.total)")) }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
  }

  /// Long names of providers and namespaces, and amounts of seven digits: nothing is cut, on any terminal.
  @Test(arguments: [60, 66, 72, 80, 96, 120]) func everyNameIsWhole(_ width: Int) throws {
    let own = """
      provider: {id: long, name: "Oracle Cloud Infrastructure Public Sector"}
      defaults: {region: all, currency: EUR, tax: net, source: "https://long.example/", date: 2026-09-30}
      instances:
        - {name: VM.Standard.A1.Flex.Extended.Memory, architecture: arm64, vcpus: 4, memory: 8, family: altra, ipv4: yes, disk: 100, traffic: 1000, price: 2, per: month}
      """
    let namespace = String(repeating: "very-long-namespace-", count: 3) + "abc"
    let report = try Self.report(own, on: "2026-10-15", { _ in }) {
      $0.workloads = ReportTests.workloads
      $0.workloads?.namespaces[0].name = namespace
    }
    for isFull in [false, true] {
      let text = ReportText(report, width: width, isFull: isFull).render()
      #expect(!text.contains("…"), "\(text)")
      #expect(text.contains(namespace))
      for (_, contender) in try #require(report.headline).rows {
        for part in ["\(contender.bill.total)", "\(contender.savingsPerYear)"] { #expect(text.contains(part)) }
        let flowing = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(flowing.contains(contender.bill.provider.name), "\(text)")
      }
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= max(width, 65) }, "\(text)")
    }
    let scenario = try Scenario.build("nodes=+1", try Fixtures.context(try HandCheckTests.rack()))
    #expect(!ScenarioText(report, [scenario]).render(width: width).contains("…"))
  }
}
