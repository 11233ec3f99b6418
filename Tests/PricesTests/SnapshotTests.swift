import Foundation
import Prices
import Testing
import Units

/// The prices that come with hearth.
@Suite struct SnapshotTests {
  private let book: PriceBook
  private let autumn: Day

  init() throws {
    book = try PriceBook.snapshot()
    autumn = try #require(Day("2026-11-01"))
  }

  @Test(arguments: ["aws", "azure", "digitalocean", "gcp", "hetzner", "linode", "oracle", "ovh", "scaleway", "vultr"])
  func `Every provider has machines, disks, addresses, traffic and a balancer`(provider: String) {
    #expect(book.provider(provider) != nil)
    #expect(!book.instances(of: provider).isEmpty)
    let kinds = Set(book.services(of: provider).map(\.kind))
    #expect(kinds.isSuperset(of: [.blockStorage, .publicIPv4, .egress, .loadBalancer]))
    // Hetzner sells no managed Kubernetes.
    #expect(kinds.contains(.controlPlane) == (provider != "hetzner"))
  }

  @Test func `Every price says where it comes from`() {
    let sources = book.instances.map(\.quote.source) + book.services.map(\.source) + book.families.map(\.source)
    #expect(sources.count > 250)
    for source in sources {
      #expect(source.url.hasPrefix("https://"), "\(source)")
      #expect(source.confidence != .own && source.confidence != .live, "\(source)")
    }
    for offer in book.instances { #expect(offer.quote.tax == .net && offer.perMonth.amount > 0) }
  }

  @Test func `A kind of machine has one price a region and term`() {
    let identities = book.instances.map(\.identity)
    #expect(Set(identities).count == identities.count)
  }

  @Test func `What was read by hand replaces the list`() throws {
    let offer = try #require(
      book.instances.first { $0.name == "m7g.large" && $0.region == "eu-central-1" && $0.term == .onDemand })
    #expect(offer.quote.money == Money(exact: "0.0978", .usd))
    #expect(offer.quote.source.day == Day("2026-09-01"))
    #expect(offer.perMonth == Money(exact: "71.394", .usd))
  }

  @Test func `Oracle's machines have the cores, disks and days that Oracle gives them`() throws {
    let oracle = book.instances(of: "oracle")
    // Two cores for each OCPU of an Ampere A2.
    for (name, cores) in [("VM.Standard.A2.Flex.1OCPU", 2), ("VM.Standard.A2.Flex.8OCPU", 16)] {
      #expect(oracle.first { $0.name == name }?.vcpus == cores)
    }
    #expect(oracle.first { $0.name == "VM.Standard.E5.Flex.1OCPU" }?.quote.source.day == Day("2026-05-04"))
    let disks = book.services(of: "oracle").filter { $0.kind == .blockStorage }
    #expect(disks.compactMap(\.quote?.money.amount).allSatisfy { $0 < Decimal(5, over: 100) })
  }

  @Test func `A Pi 5 is 1.42 CAX11`() throws {
    let cax11 = try #require(book.instances.first { $0.name == "cax11" })
    let performance = try #require(book.performance(of: cax11))
    #expect(performance == Performance(8060))
    #expect((Decimal(11_420) / performance.value).rounded(2) == Decimal(exact: "1.42"))
  }

  @Test func `Prices of dedicated hosts stayed out of the list`() {
    // The list has c7g.xlarge of Frankfurt at 0.1753, six percent above four times c7g.medium.
    #expect(!book.instances.contains { $0.name == "c7g.xlarge" && $0.region == "eu-central-1" })
    #expect(book.instances.contains { $0.name == "c7g.medium" && $0.region == "eu-central-1" })
  }

  @Test func `In autumn 2026 all providers but one are fresh`() {
    let verdict = book.headline(on: autumn)
    #expect(
      verdict.fresh == ["aws", "azure", "digitalocean", "gcp", "hetzner", "linode", "oracle", "scaleway", "vultr"])
    #expect(verdict.stale == ["ovh"])
    #expect(verdict.isAllowed && verdict.refusal == nil)
  }

  @Test func `Three providers have machines that are fresh and measured`() {
    let measured = book.instances.filter { book.performance(of: $0) != nil && book.age(of: $0, on: autumn).isUsable }
    #expect(Set(measured.map(\.provider)).sorted() == ["aws", "hetzner", "oracle"])
  }

  @Test func `Two years later nothing is fresh and there is no headline unless asked for`() throws {
    let later = autumn.adding(months: 24)
    #expect(book.headline(on: later).fresh.isEmpty)
    #expect(book.headline(on: later).refusal?.contains("--allow-stale") == true)
    #expect(book.headline(on: later, allowStale: true).isAllowed)
  }
}
