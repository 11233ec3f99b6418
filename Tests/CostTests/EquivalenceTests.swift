import Cost
import Foundation
import Inventory
import Prices
import Testing
import Units

struct EquivalenceTests {
  private static let pi5 = Requirement.Machine(memory: Gibibytes(8), performance: Performance(11010))
  private static let four = Requirement(basis: .provisioned, machines: Array(repeating: pi5, count: 4))

  private func match(_ name: String, _ term: InstanceOffer.Term = .onDemand, perNode: Bool = true) throws -> Match {
    let book = try Fixtures.book()
    let offer = try #require(book.instances.first { $0.name == name && $0.term == term })
    return try #require(
      Match.find(offer, performance: book.performance(of: offer), for: Self.four, perNode: perNode))
  }

  @Test(arguments: [
    // 4 GiB and 8060 MIPS: two of each for a board.
    ("cax11", true, 8, 8, 8, Match.Dimension.memory), ("cax11", false, 8, 8, 6, .memory),
    ("cax21", true, 4, 4, 4, .memory), ("cax31", true, 4, 4, 4, .memory), ("cax31", false, 2, 2, 2, .memory),
    ("cax41", false, 1, 1, 1, .memory),
    // Two slow virtual CPUs with 8 GiB: bound by performance.
    ("m.large", true, 8, 4, 8, .performance), ("m.large", false, 6, 4, 6, .performance),
  ])
  func counts(_ name: String, _ perNode: Bool, _ count: Int, _ memory: Int, _ speed: Int, _ binding: Match.Dimension)
    throws
  {
    let match = try match(name, perNode: perNode)
    #expect(match.count == count && match.byMemory == memory && match.byPerformance == speed)
    #expect(match.binding == binding)
  }

  @Test func whatMayNotSetTheHeadline() throws {
    #expect(try match("cax21").isComparable)
    #expect(try match("cx33").marks == ["memory only"])
    #expect(try match("t.large").marks == ["burstable"])
    #expect(try match("m.large", .preemptible).marks == ["preemptible"])
    #expect(try !match("cx33").isComparable)
    #expect(try !match("m.large", .preemptible).isComparable)
    #expect(try match("t.large").isComparable)
  }

  /// A share of a core stands for a provider only if it has nothing better, and is named.
  @Test func burstableIsTheLastChoice() throws {
    let report = try Fixtures.report(try HandCheckTests.rack()) { context in
      context.book = PriceBook(
        providers: context.book.providers, instances: context.book.instances.filter { $0.name != "m.large" },
        services: context.book.services, families: context.book.families, rates: context.book.rates)
    }
    let big = try #require(report.market.answers.first { $0.provider.id == "big" }?.best)
    #expect(big.match.offer.name == "t.large")
    #expect(report.warnings.contains { $0.hasPrefix("burstable") && $0.contains("t.large (Big Cloud)") })
  }

  @Test func staleBlindAndBurstableStayOut() throws {
    let report = try Fixtures.report(try HandCheckTests.rack())
    let headline = try #require(report.headline)
    #expect(headline.providers == 3)
    #expect(headline.cheapest.bill.provider.id == "hetzner")
    #expect(headline.median.bill.provider.id == "quick")
    #expect(headline.dearest.bill.provider.id == "big")
    #expect(headline.dearest.bill.match.offer.name == "m.large" && headline.dearest.bill.match.offer.term == .onDemand)
    let stale = try #require(report.market.answers.first { $0.provider.id == "stale" })
    #expect(stale.best == nil && stale.stale != nil)
    let blind = try #require(report.market.answers.first { $0.provider.id == "blind" })
    #expect(blind.best == nil && blind.marked?.match.marks == ["memory only"])
  }

  @Test func staleWinsOnlyWhenAllowed() throws {
    let report = try Fixtures.report(try HandCheckTests.rack()) { $0.allowsStale = true }
    #expect(report.headline?.cheapest.bill.provider.id == "stale")
  }

  /// Two years later nothing is fresh any more.
  @Test func withoutFreshPricesThereIsNoVerdict() throws {
    let report = try Fixtures.report(try HandCheckTests.rack(), on: "2028-10-15")
    #expect(report.headline == nil)
    #expect(report.refusal?.contains("fewer than 3 providers") == true)
    let allowed = try Fixtures.report(try HandCheckTests.rack(), on: "2028-10-15") { $0.allowsStale = true }
    #expect(allowed.headline != nil)
  }

  @Test func reservedForThreeYears() throws {
    let report = try Fixtures.report(try HandCheckTests.rack()) { $0.term = .reserved3Years }
    let big = try #require(report.market.answers.first { $0.provider.id == "big" }?.best)
    #expect(big.match.offer.term == .reserved3Years && "\(big.money(nil))" == "EUR 140.16")
    #expect(big.match.marks == ["bound for 3 years"])
    // Who does not sell on such terms is compared by the hour.
    #expect(report.headline?.cheapest.bill.match.offer.term == .onDemand)
  }

  /// 8 x 0.08 USD x 730 h = 467.20; disks 128 GB x 0.08 = 10.24; one address 0.005 x 730 = 3.65; 50 GB are free.
  @Test func theBillOfACloudThatSellsEverythingApart() throws {
    let report = try Fixtures.report(try HandCheckTests.rack())
    let bill = try #require(report.market.answers.first { $0.provider.id == "big" }?.best)
    #expect("\(bill.money(nil))" == "EUR 373.76")
    #expect("\(bill.money(.blockStorage))" == "EUR 8.19")
    #expect("\(bill.money(.publicIPv4))" == "EUR 2.92")
    #expect("\(bill.money(.egress))" == "EUR 0.00")
    #expect("\(bill.total)" == "EUR 384.87")
    #expect(bill.missing.isEmpty)
  }

  @Test func whatIsNeededMoreCostsMore() throws {
    let report = try Fixtures.report(
      try HandCheckTests.rack {
        $0.cost.cloud.controlPlane = .managed
        $0.cost.cloud.egress = Stated(Gigabytes(300))
        $0.cost.cloud.loadBalancers = Stated(2)
      })
    let bill = try #require(report.market.answers.first { $0.provider.id == "big" }?.best)
    #expect("\(bill.money(.controlPlane))" == "EUR 58.40")
    #expect("\(bill.money(.egress))" == "EUR 14.40")
    #expect("\(bill.money(.loadBalancer))" == "EUR 26.28")
    // Where no price is known, the bill says what it lacks, and sets no verdict.
    let hetzner = try #require(report.market.answers.first { $0.provider.id == "hetzner" }?.shown)
    #expect(hetzner.missing == ["control plane (1)", "load balancer (2)"])
    #expect(report.warnings.contains { $0.contains("sell no managed control plane") && $0.contains("Hetzner") })
    // What is given away is free, not missing.
    let quick = try #require(report.market.answers.first { $0.provider.id == "quick" }?.best)
    #expect(quick.lines.contains { $0.kind == .controlPlane && $0.money.amount == 0 })
  }

  /// Eight machines of 1 GiB have a board's memory, and no room for its pods.
  @Test func crumbsAreNoMatch() throws {
    let report = try Fixtures.report(
      try HandCheckTests.rack { rack in
        for index in rack.nodes.indices { rack.nodes[index].hardware = "pi5-16gb" }
      })
    for market in [report.market, report.pooled] {
      #expect(market.answers.compactMap(\.shown).allSatisfy { $0.match.offer.memory >= Gibibytes(8) })
    }
  }

  @Test func regionsNarrowTheChoice() throws {
    let report = try Fixtures.report(try HandCheckTests.rack { $0.cost.cloud.regions = ["eu-"] })
    // Prices that hold everywhere hold there too.
    #expect(Set(report.market.answers.map(\.provider.id)) == ["hetzner", "big", "blind", "stale"])
  }
}
