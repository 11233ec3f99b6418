import Diagnostics
import Foundation
import HTTP
import Inventory
import Prices
import TestSupport
import Testing
import Units

/// Suppliers and exchanges, in recorded answers of their shapes.
@Suite struct TariffTests {
  let server: ScriptServer
  let folder: TemporaryFolder
  let http: HTTPClient
  /// 30 November 2026, 12:00 UTC.
  static let now = Date(timeIntervalSince1970: 1_796_040_000)

  init() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    server = try ScriptServer(fixtures.appending(path: "Fixtures/tariffs.py").path)
    folder = try TemporaryFolder()
    var options = HTTPOptions()
    options.proxy = ""
    options.retries = RetryPolicy(attempts: 1, base: .milliseconds(1), ceiling: .milliseconds(5))
    http = HTTPClient(options: options)
  }

  private func fetch(_ tariff: LiveTariff) async throws -> [TariffPoint] {
    let cache = TariffCache(folder: folder.path)
    _ = try await cache.update(tariff, http: http, server: "http://127.0.0.1:\(server.greeting)", now: Self.now)
    return try cache.points(tariff)
  }

  private static func tariff(
    _ source: LiveTariff.Source, token: String? = nil, area: String? = nil, product: String? = nil
  ) -> LiveTariff {
    LiveTariff(
      source: source, token: token.map { Secret($0) }, area: area, product: product, surcharge: Price(0, .eur))
  }

  @Test func `Tibber: euros with everything in them`() async throws {
    let points = try await fetch(Self.tariff(.tibber, token: "good"))
    #expect(points.map(\.price.plain) == ["0.2811", "0.3012", "0.2795", "0.301"])
    #expect(points.first?.start.formatted(.iso8601) == "2026-11-28T23:00:00Z")
    #expect(points.allSatisfy { $0.currency == .eur })
  }

  @Test func `Octopus: pence with tax, newest first, in pages`() async throws {
    let points = try await fetch(Self.tariff(.octopus, area: "C", product: "AGILE-24-10-01"))
    #expect(points.map(\.price.plain) == ["0.20496", "-0.01155", "0.235935"])
    #expect(points.first?.currency.code == "GBP")
  }

  @Test func `aWATTar: euros a MWh`() async throws {
    let points = try await fetch(Self.tariff(.awattar, area: "DE"))
    #expect(points.map(\.price.plain) == ["0.04209", "-0.0016"])
  }

  @Test func `ENTSO-E: steps that are left out repeat the one before`() async throws {
    let points = try await fetch(Self.tariff(.entsoe, token: "good", area: "10Y1001A1001A82H"))
    #expect(points.map(\.price.plain) == ["0.08534", "0.08534", "0.0791", "0.0802"])
    #expect(points.map { Int($0.start.timeIntervalSince1970) % 86_400 / 3600 } == [23, 0, 1, 2])
  }

  @Test func `Prices are asked for from where they end, and kept once`() async throws {
    let tariff = Self.tariff(.awattar, area: "DE")
    let cache = TariffCache(folder: folder.path)
    let url = "http://127.0.0.1:\(server.greeting)"
    #expect(try await cache.update(tariff, http: http, server: url, now: Self.now) == 2)
    #expect(try await cache.update(tariff, http: http, server: url, now: Self.now) == 0)
    #expect(try cache.points(tariff).count == 2)
  }

  @Test func `A wrong token is named without showing it; what is missing is asked for`() async throws {
    let cases: [(LiveTariff, String)] = [
      (Self.tariff(.tibber, token: "stolen"), "401"), (Self.tariff(.tibber), "lacks `token`"),
      (Self.tariff(.entsoe, token: "stolen", area: "10Y1001A1001A82H"), "401"),
      (Self.tariff(.entsoe, token: "good", area: "DE"), "lacks `area`"),
      (Self.tariff(.entsoe, token: "good", area: "10YNOWHERE-----1"), "No matching data"),
      (Self.tariff(.octopus, area: "C"), "lacks `product`"),
      (Self.tariff(.octopus, area: "C/../..", product: "AGILE-24-10-01"), "lacks `area`"),
    ]
    for (tariff, message) in cases {
      let error = await #expect(throws: HearthError.self) { try await fetch(tariff) }
      let all = error.map { "\($0) \($0.cause ?? "") \($0.command ?? "") \($0.hint ?? "")" } ?? ""
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
      #expect(!all.contains("stolen"))
    }
  }
}
