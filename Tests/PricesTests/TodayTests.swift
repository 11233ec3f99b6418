import Diagnostics
import Foundation
import HTTP
import Prices
import TestSupport
import Testing
import Units

/// Every provider's list in documents of today's shape, with the traps that were seen in them: what is read of it, as one
/// golden file a provider.
@Suite struct TodayTests {
  let server: PriceServer
  let cache: TemporaryFolder
  /// 30 November 2026.
  static let now = Date(timeIntervalSince1970: 1_796_040_000)
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "Fixtures/golden")

  init() throws {
    server = try PriceServer(lists: "today")
    cache = try TemporaryFolder()
  }

  private func fetch(_ id: String) async throws -> PriceUpdater.Result {
    let feeds = PriceFeed.all.filter { $0.provider.id == id }
    return try #require(await server.updater(cache: cache, now: { Self.now }).update(feeds).first)
  }

  private static func text(_ result: PriceUpdater.Result) -> String {
    var lines = result.book.instances.map { offer in
      "\(offer.name) \(offer.region) \(offer.architecture.rawValue) \(offer.vcpus) vCPU \(offer.memory.value) GiB "
        + "\(offer.quote) \(offer.term.rawValue) \(offer.availability.rawValue) burstable=\(offer.isBurstable) "
        + "ipv4=\(offer.included.publicIPv4) disk=\(offer.included.disk?.value.plain ?? "-") "
        + "traffic=\(offer.included.egress?.value.plain ?? "-") family=\(offer.family ?? "-")"
    }
    lines += result.book.flexible.map { offer in
      "flexible \(offer.name) \(offer.region) \(offer.processor) \(offer.memory) "
        + "free=\(offer.free.map { "\($0.processorHours)/\($0.gibibyteHours)" } ?? "-")"
    }
    lines += result.book.services.map { offer in
      "\(offer.kind.rawValue) \(offer.name) \(offer.region) \(offer.quote.map { "\($0)" } ?? "free")"
    }
    lines += result.skipped.sorted { $0.key < $1.key }.map { "left out: \($0.value) \($0.key)" }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(arguments: [
    "aws", "azure", "digitalocean", "gcp", "hetzner", "linode", "oracle", "ovh", "scaleway", "vultr",
  ]) func golden(_ id: String) async throws {
    let result = try await fetch(id)
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    let found = Self.text(result)
    let file = Self.folder.appending(path: "\(id).txt")
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try found.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(found == (try String(contentsOf: file, encoding: .utf8)), "HEARTH_REWRITE=1 writes \(id).txt")
  }

  @Test func `Azure: Cloud Services, other regions' copies and announced prices are not of today`() async throws {
    let book = try await fetch("azure").book
    func price(_ name: String, _ term: InstanceOffer.Term = .onDemand) -> Money? {
      book.instances.first { $0.name == name && $0.region == "westeurope" && $0.term == term }?.quote.money
    }
    #expect(price("D4s v5") == Money(exact: "0.192", .usd))
    #expect(price("B2ps v2") == Money(exact: "0.0672", .usd))
    #expect(price("D2ps v5") == Money(exact: "0.077", .usd))
  }

  @Test func `Hetzner: what a location has not is not orderable`() async throws {
    let book = try await fetch("hetzner").book
    func availability(_ name: String) -> Set<Availability> {
      Set(book.instances.filter { $0.name == name }.map(\.availability))
    }
    #expect(availability("cax21") == [.notOrderable] && availability("cax31") == [.notOrderable])
    #expect(availability("cpx22") == [.orderable])
  }

  @Test func `OVH: the disk of a flavor is in its price`() async throws {
    #expect(try await fetch("ovh").book.instances.first?.included.disk == Gigabytes(50))
  }

  /// Fetched from a mirror, read without naming it again, and asked for at the provider without the mirror's validators.
  @Test func `A mirror's list is the provider's list`() async throws {
    _ = try await fetch("linode")
    let plain = PriceUpdater(http: HTTPClient(), folder: cache.path, environment: [:], now: { Self.now })
    let feeds = PriceFeed.all.filter { $0.provider.id == "linode" }
    let kept = try #require(await plain.update(feeds, mode: .cacheOnly).first)
    #expect(!kept.book.instances.isEmpty)
    #expect(kept.book.instances.first?.quote.source.url.hasPrefix(server.url) == true)
  }

  @Test(arguments: [
    ("https://prices.azure.com:443/api/retail/prices?$skip=100", true), ("/api/retail/prices?$skip=100", true),
    ("http://prices.azure.com/api", false), ("https://prices.azure.com:444/api", false),
    ("https://evil.example/", false),
  ]) func `A port that goes without saying is the same server`(link: String, isSame: Bool) {
    let next = try? PriceUpdater.next(link, after: "https://prices.azure.com/api/retail/prices?a=b")
    #expect((next != nil) == isSame)
  }
}
