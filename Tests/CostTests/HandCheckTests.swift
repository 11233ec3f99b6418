import Cost
import Foundation
import Inventory
import Prices
import Testing
import Units

/// The check by hand of docs/guides/cost.md: four Pi 5 against four CAX21, to the cent.
struct HandCheckTests {
  /// The rack of the check, prices compared as each side states them.
  static func rack(_ change: (inout Rack) -> Void = { _ in }) throws -> Rack {
    var rack = try Fixtures.example("four-pi5.yaml")
    rack.cost.tax.treatment = .asListed
    change(&rack)
    return rack
  }

  @Test func straightLine() throws {
    let report = try Fixtures.report(try Self.rack())
    let home = report.home
    #expect("\(home.capex)" == "EUR 762.00")
    #expect(home.watts.description(1) == "34.5 W")
    #expect(home.energy.description(1) == "25.2 kWh")
    #expect("\(home.electricity)" == "EUR 7.24")
    #expect("\(home.amortisation)" == "EUR 11.91")
    #expect("\(home.spares)" == "EUR 1.91")
    #expect("\(home.total)" == "EUR 21.05")
  }

  @Test func annuity() throws {
    let report = try Fixtures.report(
      try Self.rack { $0.cost.amortisation = Stated(.annuity(interest: .percent(5))) })
    #expect("\(report.home.amortisation)" == "EUR 13.91")
  }

  @Test func cheapestCloudAndBreakEven() throws {
    let report = try Fixtures.report(try Self.rack())
    let hetzner = try #require(report.market.answers.first { $0.provider.id == "hetzner" }?.best)
    #expect(hetzner.match.offer.name == "cax21" && hetzner.match.count == 4)
    #expect(hetzner.match.binding == .memory)
    #expect("\(hetzner.total)" == "EUR 43.96")
    let contender = Contender(hetzner, home: report.home, bounds: report.bounds)
    #expect("\(contender.breakEven)" == "21.9 months")
    #expect("\(contender.earliest)" == "19.1 months")
    #expect("\(contender.latest)" == "31.4 months")
  }

  /// Household electricity is gross, the cloud's list net: both treatments, so that nobody is fooled.
  @Test func bothSidesOfTax() throws {
    let gross = try Fixtures.report(try Self.rack { $0.cost.tax.treatment = .gross })
    let net = try Fixtures.report(try Self.rack { $0.cost.tax.treatment = .net })
    #expect("\(gross.home.total)" == "EUR 21.05")
    #expect("\(try #require(gross.headline).cheapest.bill.total)" == "EUR 52.31")
    #expect("\(net.home.total)" == "EUR 17.69")
    #expect("\(try #require(net.headline).cheapest.bill.total)" == "EUR 43.96")
    // Tax on everything changes no month.
    #expect(
      gross.headline?.cheapest.breakEven.months?.value.rounded(6)
        == net.headline?.cheapest.breakEven.months?.value.rounded(6))
    #expect(gross.otherTaxes.map(\.treatment.treatment) == [.net, .asListed])
    #expect("\(try #require(gross.otherTaxes.last).breakEven)" == "21.9 months")
  }
}
