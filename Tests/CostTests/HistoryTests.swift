import Cost
import Foundation
import Inventory
import Metering
import Prices
import Testing
import Units

/// From days of meters and namespaces to the numbers of a report.
struct HistoryTests {
  private static let first = Day(number: 20_700)

  private static func rack(_ meters: [MeterDeclaration]) throws -> Rack {
    try HandCheckTests.rack { $0.cost.meters = meters }
  }

  private static func plug(_ covers: [String], behindSupply: Bool = false) -> MeterDeclaration {
    MeterDeclaration(
      name: "plug", kind: .shelly2, url: "http://192.168.1.40", covers: covers, isBehindSupply: behindSupply)
  }

  private static func days(_ count: Int, covers: [String], watts: Decimal = 40, hours: Decimal = 24) -> [EnergyDay] {
    (0..<count).map {
      EnergyDay(
        day: first.adding(days: $0), meter: "plug", covers: covers, energy: Watts(watts) * Hours(hours),
        known: Hours(hours))
    }
  }

  private static func history(_ energy: [EnergyDay], _ usage: [NamespaceUsageDay] = [], days: Int = 30) -> History {
    History(first: first, last: first.adding(days: days - 1), energy: energy, usage: usage)
  }

  @Test func aPlugBeforeEverythingIsTheWholeTruth() throws {
    let rack = try Self.rack([Self.plug(["all"])])
    let history = Self.history(Self.days(30, covers: ["all"]))
    let report = try Fixtures.report(rack) { $0.take(history) }
    #expect(report.home.watts == Watts(40))
    #expect(report.home.energy == KilowattHours(Decimal(292, over: 10)))
    #expect(ReportText(report).render().contains("40.0 W (measured)"))
    #expect(try Explanation.text(report, numbers: ["home.watts"]).contains("100 % of the hours"))
  }

  @Test func gapsDoNotCountAsNothing() throws {
    let rack = try Self.rack([Self.plug(["all"])])
    let report = try Fixtures.report(rack) { $0.take(Self.history(Self.days(10, covers: ["all"], hours: 6))) }
    #expect(report.home.watts == Watts(40))
    #expect(try Explanation.text(report, numbers: ["home.watts"]).contains("8 % of the hours"))
  }

  @Test func aMeterBehindTheSupplyGetsItsLoss() throws {
    let rack = try Self.rack([Self.plug(["all"], behindSupply: true)])
    let report = try Fixtures.report(rack) { $0.take(Self.history(Self.days(30, covers: ["all"], watts: 44))) }
    #expect(report.home.watts == Watts(50))
  }

  @Test func aMeterThatKnowsTooLittleIsLeftOut() throws {
    let rack = try Self.rack([Self.plug(["all"])])
    let report = try Fixtures.report(rack) { $0.take(Self.history(Self.days(1, covers: ["all"], hours: 5))) }
    #expect(report.home.watts.description(1) == "34.5 W")
    #expect(report.warnings.contains { $0.contains("the meter plug knows only 5.0 h") })
  }

  @Test func aMeterThatFellSilentIsNamed() throws {
    let rack = try Self.rack([Self.plug(["all"])])
    let report = try Fixtures.report(rack) { $0.take(Self.history(Self.days(20, covers: ["all"]))) }
    #expect(report.warnings.contains { $0.contains("has told nothing since") })
  }

  /// Days on which the plug hung before other things say nothing about these.
  @Test func onlyDaysWithTheSameThingsCount() throws {
    let rack = try Self.rack([Self.plug(["pi1"])])
    let moved = Self.days(15, covers: ["switch"], watts: 9).map { day in
      var day = day
      day.day = day.day.adding(days: 15)
      return day
    }
    let report = try Fixtures.report(rack) {
      $0.take(Self.history(Self.days(15, covers: ["pi1"], watts: 6) + moved))
    }
    #expect(report.model.measured?.readings.map(\.watts) == [Watts(6)])
    #expect(report.model.measured?.covered == ["pi1", "pi1 NVMe SSD"])
  }

  /// What hangs on the mains loses nothing in the rack's supply.
  @Test func aUPSHangsOnTheMains() throws {
    let report = try Fixtures.report(
      try HandCheckTests.rack {
        $0.hardware.ups = RackHardware.Item(
          name: "UPS", model: "ups-600va", purchase: Purchase(price: Stated(Money(60, .eur))))
      })
    let without = try Fixtures.report(try HandCheckTests.rack())
    #expect(report.home.watts - without.home.watts == Watts(Decimal(56, over: 10)))
    // Its battery wears out sooner than boards do, but the owner's own figure wins.
    #expect("\(report.home.spares - without.home.spares)" == "EUR 0.15")
  }

  private static func use(_ name: String, days: Int, cores: Decimal, memory: Decimal, known: Decimal = 24)
    -> [NamespaceUsageDay]
  {
    (0..<days).map {
      NamespaceUsageDay(
        day: first.adding(days: $0), namespace: name, cpuUsed: cores / 2 * known, memoryUsed: memory / 2 * known,
        cpuCounted: cores * known, memoryCounted: memory * known, known: Hours(known))
    }
  }

  @Test func averagesAndPeaks() throws {
    let usage = Self.use("media", days: 10, cores: 2, memory: 8) + Self.use("job", days: 1, cores: 4, memory: 2)
    let workloads = try #require(Self.history([], usage, days: 10).workloads)
    #expect(workloads.namespaces.map(\.name) == ["job", "media"])
    #expect(workloads.namespaces[1].cores == Cores(2) && workloads.namespaces[1].memory == Gibibytes(8))
    // A tenth of the days.
    #expect(workloads.namespaces[0].cores == Cores(Decimal(4, over: 10)))
    #expect(workloads.peakCores == Cores(6) && workloads.peakMemory == Gibibytes(10))
    #expect(Self.history([], usage, days: 10).utilisation(cores: Cores(16))?.value == Ratio(Decimal(75, over: 1000)))
  }

  /// One core and two GiB: (730 - 50) x 0.01 + (1460 - 100) x 0.001 = 6.80 + 1.36.
  @Test func freeHoursOfContainersAreHours() throws {
    let source = PriceSource(url: "https://boxes.example", day: Self.first, confidence: .published)
    func offer(_ kind: ServiceOffer.Kind, _ unit: BillingUnit, _ price: Decimal, free: Decimal) throws -> ServiceOffer {
      ServiceOffer(
        provider: "boxes", kind: kind, name: "Boxes", region: "r", freePerMonth: free,
        quote: try #require(Quote(Money(price, .eur), per: unit, tax: .net, source: source)))
    }
    let book = PriceBook(
      providers: [Provider(id: "boxes", name: "Boxes")],
      services: [
        try offer(.containerCPU, .vcpuHour, Decimal(1, over: 100), free: 50),
        try offer(.containerMemory, .gibibyteHour, Decimal(1, over: 1000), free: 100),
      ])
    let biller = Biller(
      book: book, currency: .eur, tax: TaxView(.asListed, vat: nil),
      needs: CloudNeedsResolved(try HandCheckTests.rack()), today: Self.first)
    let workloads = Workloads(
      namespaces: [.init(name: "a", cores: Cores(1), memory: Gibibytes(2))], peakCores: Cores(1),
      peakMemory: Gibibytes(2), period: "")
    #expect(try biller.serverless(workloads).map { "\($0.money)" } == ["EUR 8.16"])
  }

  @Test func anHourOfSamplesIsNoHistory() {
    #expect(Self.history([], Self.use("media", days: 1, cores: 1, memory: 1, known: 3)).workloads == nil)
  }

  /// What the cluster used replaces the assumed load, unless the owner says it.
  @Test func theClusterSaysTheLoad() throws {
    let history = Self.history([], Self.use("media", days: 30, cores: 8, memory: 8))
    let measured = try Fixtures.report(try HandCheckTests.rack { $0.cost.utilisation = nil }) { $0.take(history) }
    #expect(measured.model.utilisation.value == .percent(25))
    let said = try Fixtures.report(try HandCheckTests.rack()) { $0.take(history) }
    #expect(said.model.utilisation.value == .percent(20))
  }

  /// A year of six nodes' meters and fifty namespaces, as the history keeps it by days.
  @Test func aYearIsReckoned() throws {
    let meters = (1...6).map { number in
      MeterDeclaration(
        name: "plug\(number)", kind: .tasmota, url: "http://192.168.1.\(number)", covers: ["pi\(number)"])
    }
    var rack = try Self.rack(meters)
    while rack.nodes.count < 6 {
      var node = rack.nodes[0]
      node.name = "pi\(rack.nodes.count + 1)"
      rack.nodes.append(node)
    }
    let energy = (1...6).flatMap { number in
      Self.days(365, covers: ["pi\(number)"], watts: 5).map { day in
        var day = day
        day.meter = "plug\(number)"
        return day
      }
    }
    let usage = (1...50).flatMap {
      Self.use("ns\($0)", days: 365, cores: Decimal(1, over: 10), memory: Decimal(1, over: 4))
    }
    let history = Self.history(energy, usage, days: 365)
    let report = try Fixtures.report(rack) { $0.take(history) }
    #expect(report.home.watts == Watts(30) + Watts(8) / Ratio.percent(88))
    #expect(report.showback?.lines.count == 50)
    #expect(report.used != nil)
  }
}
