import Cost
import Foundation
import Inventory
import Prices
import Testing
import Units

/// What must hold whatever the numbers are.
struct PropertyTests {
  private static let tariffs = ["0.05", "0.1", "0.2872", "0.3835", "0.9"]

  private func model(_ change: (inout Rack) -> Void = { _ in }) throws -> HomeModel {
    var rack = try Fixtures.example("four-pi5.yaml")
    change(&rack)
    return try Fixtures.report(rack).model
  }

  @Test func homeRisesWithTheTariff() throws {
    let costs = try Self.tariffs.map { text in
      let price = Price<KilowattHour>(try Fixtures.decimal(text), .eur)
      return try model { $0.cost.tariff = Stated(.flat(price)) }.monthly().total
    }
    #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func homeRisesWithTheLoad() throws {
    let costs = try ([0, 1, 20, 99, 100] as [Decimal]).map { percent in
      try model { $0.cost.utilisation = Stated(.percent(percent)) }.monthly().total
    }
    #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func homeRisesWithThePriceOfBoards() throws {
    let costs = try ([0, 1, 118, 290] as [Decimal]).map { price in
      try model { rack in
        for index in rack.nodes.indices { rack.nodes[index].purchase.price = Stated(Money(price, .eur)) }
      }.monthly()
    }
    #expect(zip(costs, costs.dropFirst()).allSatisfy { $0.total < $1.total && $0.capex < $1.capex })
  }

  @Test func aLongerLifeIsCheaperAMonthUnderBothMethods() throws {
    for method in [Amortisation.straightLine, .annuity(interest: .percent(5)), .annuity(interest: .zero)] {
      let costs = try ([12, 24, 48, 96] as [Decimal]).map { months in
        try model {
          $0.cost.life = Stated(Months(months))
          $0.cost.amortisation = Stated(method)
        }.monthly().amortisation
      }
      #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 > $1 })
    }
  }

  /// Without interest an annuity is a straight line; with it, it costs more.
  @Test func interestCosts() throws {
    func cost(_ method: Amortisation) throws -> Money {
      try model { $0.cost.amortisation = Stated(method) }.monthly().amortisation
    }
    #expect(try cost(.annuity(interest: .zero)) == cost(.straightLine))
    #expect(try cost(.annuity(interest: .percent(1))) > cost(.straightLine))
  }

  @Test(arguments: [1, 2, 3, 7])
  func additiveOverNodes(_ count: Int) throws {
    func rack(_ nodes: Int) throws -> HomeModel {
      try model { rack in
        rack.hardware = RackHardware()
        let first = rack.nodes[0]
        rack.nodes = (0..<nodes).map { number in
          var node = first
          node.name = "pi\(number)"
          return node
        }
      }
    }
    let (one, many) = (try rack(1).monthly(), try rack(count).monthly())
    func near(_ left: Decimal, _ right: Decimal) -> Bool {
      (left - right).magnitude < Decimal(sign: .plus, exponent: -25, significand: 1)
    }
    #expect(near(many.total.amount, one.total.amount * Decimal(count)))
    #expect(near(many.watts.value, one.watts.value * Decimal(count)))
    #expect(many.capex == one.capex * Decimal(count))
  }

  @Test func countsAreAsGoodAsLines() throws {
    let counted = try model { $0.hardware.others = [item("disk", count: 3)] }.monthly()
    let listed = try model { $0.hardware.others = (1...3).map { item("disk\($0)", count: 1) } }.monthly()
    #expect("\(counted.total)" == "\(listed.total)" && counted.capex == listed.capex)
  }

  private func item(_ name: String, count: Int) -> RackHardware.Item {
    RackHardware.Item(
      name: name, model: "hdd-3.5", count: count, purchase: Purchase(price: Stated(Money(70, .eur))))
  }

  /// The same rack reckoned in another currency is the same rack: amounts differ by the rate, months do not.
  @Test(arguments: ["USD", "JPY", "GBP"])
  func currencyChangesNothing(_ code: String) throws {
    let currency = try #require(Currency(code))
    let euros = try Fixtures.report(try HandCheckTests.rack())
    let rate = try #require(Fixtures.book().rates[currency]).perEuro
    let other = try Fixtures.report(
      try HandCheckTests.rack { rack in
        // What was paid in euros stays paid in euros; the tariff too.
        rack.cost.currency = currency
        rack.cost.tariff = Stated(.flat(Price(Decimal(2872, over: 10_000) * rate, currency)))
      })
    #expect((other.home.total.amount / euros.home.total.amount - rate).magnitude < Decimal(1, over: 1_000_000))
    let (left, right) = (try #require(euros.headline), try #require(other.headline))
    #expect(left.cheapest.bill.match == right.cheapest.bill.match)
    #expect(left.cheapest.breakEven.description == right.cheapest.breakEven.description)
    #expect(left.dearest.breakEven.description == right.dearest.breakEven.description)
  }

  /// Watts given in the inventory or taken from the catalogue, tariffs flat or in equal zones: the same number.
  @Test func waysToSayTheSame() throws {
    let flat = try model().monthly()
    let zones = try model {
      let price = Price<KilowattHour>(Decimal(2872, over: 10_000), .eur)
      $0.cost.tariff = Stated(
        .byClock([
          TariffZone(name: "night", price: price, from: 22 * 60, to: 6 * 60),
          TariffZone(name: "day", price: price, from: 6 * 60, to: 22 * 60),
        ]))
    }.monthly()
    let written = try model { rack in
      for index in rack.nodes.indices { rack.nodes[index].power = PowerDraw(idle: Watts(3), load: Watts(11)) }
    }.monthly()
    #expect(flat == written)
    #expect("\(flat.total)" == "\(zones.total)")
  }

  @Test func breakEvenNeverComesAgainstACheaperCloud() {
    #expect(BreakEven(outlay: Money(100, .eur), cloud: Money(5, .eur), running: Money(5, .eur)) == .never)
    #expect(BreakEven(outlay: Money(100, .eur), cloud: Money(4, .eur), running: Money(5, .eur)) == .never)
    #expect(BreakEven(outlay: Money(100, .eur), cloud: Money(15, .eur), running: Money(5, .eur)) == .after(Months(10)))
    #expect(BreakEven.after(Months(10)) < .never && BreakEven.after(Months(1)) < .after(Months(2)))
  }
}
