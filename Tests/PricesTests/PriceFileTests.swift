import Diagnostics
import Foundation
import Prices
import TestSupport
import Testing
import Units

/// Price lists of the owner's own.
@Suite struct PriceFileTests {
  private static let head = """
    provider: {id: acme, name: Acme Cloud}
    defaults: {currency: EUR, tax: gross, region: berlin, source: offer 4711, date: 2026-09-01}

    """

  @Test func `A file is read with its defaults`() throws {
    let book = try PriceFile.decode(
      Self.head + """
        families: [{id: own-cpu, name: Own, measuredOn: acme small, vcpus: 4, mips: 12000}]
        instances:
          - {name: small, architecture: arm64, vcpus: 4, memory: 8, family: own-cpu, ipv4: yes, disk: 80, price: 9.50, per: month}
          - {name: spot, architecture: amd64, vcpus: 2, memory: 0.5, term: preemptible, burstable: yes, price: 0.004, per: hour, currency: usd, tax: net, region: paris, date: unknown, confidence: reported}
        services:
          - {kind: control-plane, name: Managed, free: yes}
          - {kind: egress, name: Traffic, freePerMonth: 1000, price: 0.01, per: gigabyte}
          - {kind: container-cpu, name: Run, freePerMonth: 50, price: 0.10, per: vcpu-hour}
        rates: [{currency: USD, perEuro: 1.1172}]

        """, file: "own.yaml")
    #expect(book.providers == [Provider(id: "acme", name: "Acme Cloud")])
    let small = book.instances[0], spot = book.instances[1]
    #expect(small.quote.description == "EUR 9.5 per month, gross")
    #expect(small.quote.source.description == "offer 4711, 2026-09-01, own")
    #expect(small.included.publicIPv4 && small.included.disk == Gigabytes(80))
    #expect(book.performance(of: small) == Performance(12_000))
    #expect(spot.isPreemptible && spot.isBurstable && spot.quote.money.currency == .usd && spot.region == "paris")
    #expect(spot.quote.source.day == nil && spot.perMonth == Money(exact: "2.92", .usd))
    #expect(book.services[0].isFree && book.services[0].perMonth(1, in: .eur) == .zero(.eur))
    #expect(book.services[1].perMonth(1500, in: .eur) == Money(5, .eur))
    #expect(book.services[1].perMonth(500, in: .eur) == .zero(.eur))
    #expect(book.services[2].perMonth(2, in: .eur) == Money(141, .eur), "1,460 hours, of which 50 are free")
    #expect(try book.rates.convert(Money(exact: "1.1172", .usd) ?? .zero(.usd), to: .eur) == Money(1, .eur))
  }

  static let mistakes: [(yaml: String, place: String, message: String)] = [
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 0, per: hour}]", "3:72",
      "`price` must be a number of units of the currency"
    ),
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: -1, per: hour}]", "3:72",
      "`price` must be"
    ),
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: , per: hour}]", "3:72",
      "`price` needs a value"
    ),
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: '5', per: hour}]", "3:72",
      "`price` must be"
    ),
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 8589934592, price: 5, per: hour}]", "3:62",
      "`memory` must be a number of GiB from 0.125 to 32768"
    ),
    ("instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 5}]", "3:13", "an instance lacks `per`"),
    (
      "instances: [{name: a, architecture: arm, vcpus: 2, memory: 4, price: 5, per: hour}]", "3:37",
      "`architecture` must be one of arm64, amd64"
    ),
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 5, per: hour, currency: XXX}]", "3:96",
      "`currency` must be a currency"
    ),
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 5, per: hour, date: 2026-02-30}]", "3:92",
      "`date` must be a date"
    ),
    (
      "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 5, per: hour, prize: 6}]", "3:86",
      "unknown key `prize`, did you mean `price`?"
    ),
    (
      "services: [{kind: egress, name: a, price: 1, per: hour}]", "3:12",
      "`egress` is sold per `gigabyte`, not per `hour`"
    ),
    ("services: [{kind: control-plane, name: a}]", "3:12", "a service lacks `price`"),
    (
      "services: [{kind: control-plane, name: a, free: yes, price: 1, per: hour}]", "3:12",
      "a free service has no `price`"
    ),
    ("rates: [{currency: EUR, perEuro: 2}]", "3:9", "one euro buys one euro"),
    ("rates: [{currency: USD, perEuro: 0}]", "3:34", "`perEuro` must be a number of units for one euro"),
    ("families: [{id: x, name: X, measuredOn: y, vcpus: 4, mips: 12}]", "3:60", "`mips` must be a number of MIPS"),
  ]

  @Test(arguments: mistakes.indices) func `A mistake is shown with its place, and no price is made up`(index: Int)
    throws
  {
    let (yaml, place, message) = Self.mistakes[index]
    let errors = #expect(throws: HearthErrors.self) { try PriceFile.decode(Self.head + yaml + "\n", file: "own.yaml") }
    let found = try #require(errors?.errors.first { $0.message.hasPrefix(message) }, "\(errors?.errors ?? [])")
    #expect(found.subject.description == "own.yaml:\(place)")
    #expect(found.code == .inventory)
  }

  @Test func `What an entry lacks and no default gives is said for each`() throws {
    let errors = #expect(throws: HearthErrors.self) {
      try PriceFile.decode(
        "provider: {id: a, name: A}\ninstances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 5, per: hour}]\n",
        file: "own.yaml")
    }
    #expect(errors?.errors.map(\.message) == ["the entry lacks `source`"])
    let more = #expect(throws: HearthErrors.self) {
      try PriceFile.decode(
        "provider: {id: a, name: A}\ndefaults: {source: here}\n"
          + "instances: [{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 5, per: hour}]\n", file: "own.yaml")
    }
    #expect(more?.errors.map(\.message) == ["the price lacks `date`"])
  }

  @Test func `The same machine twice, a missing provider and an unknown family are mistakes`() throws {
    let entry = "{name: a, architecture: arm64, vcpus: 2, memory: 4, price: 5, per: hour}"
    let twice = #expect(throws: HearthErrors.self) {
      try PriceFile.decode(Self.head + "instances:\n- \(entry)\n- \(entry)\n", file: "own.yaml")
    }
    #expect(twice?.errors.first?.description == "own.yaml:5:3: a in berlin, on-demand is priced twice, first in line 4")
    let orphan = #expect(throws: HearthErrors.self) {
      try PriceFile.decode("instances: [\(entry)]\n", file: "own.yaml")
    }
    #expect(orphan?.errors.contains { $0.message.contains("needs a `provider`") } == true)
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "own.yaml", Self.head + "instances: [\(entry.replacing("price", with: "family: alpha, price"))]\n")
    let unknown = #expect(throws: HearthErrors.self) { try PriceBook.assemble(files: [file]) }
    #expect(unknown?.errors.first?.message.contains("CPU family `alpha`, which is not known") == true)
  }

  @Test func `Own prices replace those of the snapshot`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "negotiated.yaml",
      """
      provider: {id: hetzner, name: Hetzner Cloud}
      instances:
        - {name: cax21, region: eu-central, architecture: arm64, vcpus: 4, memory: 8, family: ampere-altra, price: 7.77, per: month, currency: EUR, tax: net, source: contract, date: 2026-10-01}

      """)
    let book = try PriceBook.assemble(files: [file])
    let offers = book.instances(of: "hetzner").filter { $0.name == "cax21" }
    #expect(offers.map(\.perMonth) == [Money(exact: "7.77", .eur)])
    #expect(offers[0].quote.source.confidence == .own)
    #expect(book.instances(of: "hetzner").count == 8)
  }

  @Test func `A file that is not there, or empty, is named`() throws {
    let missing = #expect(throws: HearthErrors.self) { try PriceBook.assemble(files: ["/nonexistent/p.yaml"]) }
    #expect(missing?.errors.first?.message == "there is no such price file")
    #expect(throws: HearthErrors.self) { try PriceFile.decode("", file: "own.yaml") }
  }

  @Test(arguments: [
    ("2026-09-29", "2026-09-29", "fresh"), ("2026-09-29", "2026-12-28", "fresh"), ("2026-09-29", "2026-12-29", "old"),
    ("2026-09-29", "2027-09-29", "old"), ("2026-09-29", "2027-09-30", "stale"), ("2026-09-29", "2026-01-01", "fresh"),
  ]) func `Ages`(day: String, today: String, state: String) throws {
    let source = PriceSource(url: "x", day: Day(day), confidence: .published)
    let age = PriceAge(of: source, on: try #require(Day(today)))
    switch age {
    case .fresh: #expect(state == "fresh")
    case .old: #expect(state == "old")
    case .stale: #expect(state == "stale")
    }
    #expect(age.isUsable == (state != "stale"))
  }

  @Test func `A price of unknown day is stale, a price of nothing is none, currencies without a rate are told`() throws
  {
    let source = PriceSource(url: "x", day: nil, confidence: .assumed)
    #expect(PriceAge(of: source, on: try #require(Day("2026-09-29"))) == .stale(days: nil))
    #expect(Quote(.zero(.eur), per: .hour, tax: .net, source: source) == nil)
    let rates = ExchangeRates()
    let error = #expect(throws: HearthError.self) { try rates.convert(Money(1, .usd), to: .eur) }
    #expect(error?.message == "no exchange rate for USD is known")
  }
}
