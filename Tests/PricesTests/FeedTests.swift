import Diagnostics
import Foundation
import HTTP
import Prices
import TestSupport
import Testing
import Units

/// Every provider's list, in documents of the shapes that the providers document or were seen to send.
@Suite struct FeedTests {
  let server: PriceServer
  let cache: TemporaryFolder

  init() throws {
    server = try PriceServer()
    cache = try TemporaryFolder()
  }

  private func fetch(_ id: String, way: String = "plain") async throws -> PriceUpdater.Result {
    let feeds = PriceFeed.all.filter { $0.provider.id == id }
    return try #require(await server.updater(way: way, cache: cache).update(feeds).first)
  }

  /// Name, region, term, price and unit of all instances, in order.
  private func lines(_ book: PriceBook) -> [String] {
    book.instances.map {
      "\($0.name) \($0.region) \($0.term.rawValue) \($0.vcpus) \($0.memory.value) \($0.quote.money.exactDescription) "
        + "\($0.quote.unit.rawValue)"
    }
  }

  @Test func `AWS`() async throws {
    let result = try await fetch("aws")
    #expect(result.failure == nil)
    #expect(
      lines(result.book) == [
        "m7g.large eu-central-1 on-demand 2 8 USD 0.0978 hour", "t4g.medium eu-central-1 on-demand 2 4 USD 0.0384 hour",
        "m6g.large eu-central-1 on-demand 2 8 USD 0.092 hour", "m7g.large eu-west-1 on-demand 2 8 USD 0.0978 hour",
        "m7g.large us-east-1 on-demand 2 8 USD 0.0978 hour", "t4g.medium us-east-1 on-demand 2 4 USD 0.0384 hour",
      ])
    #expect(result.skipped == ["of other kinds": 1, "with a price of 0, which is missing and not free": 1])
    #expect(result.book.instances.map(\.isBurstable) == [false, true, false, false, false, true])
    #expect(result.book.instances[2].family == "graviton2")
    #expect(result.book.instances[0].quote.source.confidence == .live)
  }

  @Test func `Azure, over two pages a region, without Windows, low priority and empty prices`() async throws {
    let result = try await fetch("azure")
    #expect(result.failure == nil)
    #expect(result.documents == 6)
    #expect(
      lines(result.book).prefix(4) == [
        "B2ps v2 westeurope on-demand 2 8 USD 0.0672 hour", "B2ps v2 westeurope preemptible 2 8 USD 0.0134 hour",
        "D4ps v5 westeurope on-demand 4 16 USD 0.176 hour", "D4ps v5 westeurope reserved-1y 4 16 USD 0.1 hour",
      ])
    #expect(
      result.skipped == [
        "for Windows": 3, "of low priority": 3, "without a price": 3,
        "with a price of 0, which is missing and not free": 3,
      ])
    #expect(result.book.instances[0].isBurstable && result.book.instances[1].isPreemptible)
  }

  @Test func `Linode counts pages and has types without a price`() async throws {
    let result = try await fetch("linode")
    #expect(
      lines(result.book) == [
        "g6-nanode-1 all on-demand 1 1 USD 5 month", "g6-standard-4 all on-demand 4 8 USD 48 month",
      ])
    #expect(result.documents == 2)
    #expect(
      result.skipped == [
        "of other classes": 1, "without a price": 1, "with a price of 0, which is missing and not free": 1,
      ])
  }

  @Test func `Vultr's pages go on by a cursor`() async throws {
    let result = try await fetch("vultr")
    #expect(
      lines(result.book) == ["vc2-2c-4gb all on-demand 2 4 USD 20 month", "vc2-4c-8gb all on-demand 4 8 USD 40 month"])
    #expect(result.book.instances.map(\.availability) == [.orderable, .notOrderable])
    #expect(result.documents == 2)
  }

  @Test func `DigitalOcean`() async throws {
    let result = try await fetch("digitalocean")
    #expect(lines(result.book) == ["s-4vcpu-8gb all on-demand 4 8 USD 48 month", "c-2 all on-demand 2 4 USD 42 month"])
    #expect(result.book.instances.map(\.availability) == [.orderable, .notOrderable])
    #expect(result.book.instances[0].included.egress == Gigabytes(5000))
  }

  @Test func `Hetzner takes net prices, and what is sold besides`() async throws {
    let result = try await fetch("hetzner")
    #expect(result.failure == nil)
    #expect(
      lines(result.book) == [
        "cax11 fsn1 on-demand 2 4 EUR 5.99 month", "cax11 hel1 on-demand 2 4 EUR 5.99 month",
        "cax21 fsn1 on-demand 4 8 EUR 10.49 month", "cax21 hel1 on-demand 4 8 EUR 10.49 month",
        "cx11 fsn1 on-demand 1 2 EUR 3.29 month", "cx11 hel1 on-demand 1 2 EUR 3.29 month",
      ])
    #expect(result.book.instances.map(\.quote.tax).allSatisfy { $0 == .net })
    #expect(result.book.instances.last?.availability == .notOrderable)
    #expect(result.book.instances[0].family == "ampere-altra")
    #expect(result.book.services.map(\.kind) == [.blockStorage, .publicIPv4, .loadBalancer])
    #expect(result.book.services[0].quote?.money == Money(exact: "0.0572", .eur))
  }

  @Test func `Scaleway`() async throws {
    let result = try await fetch("scaleway")
    #expect(
      lines(result.book) == [
        "COPARM1-4C-16G fr-par-1 on-demand 4 16 EUR 0.0857 hour",
        "BASIC2-A2C-8G fr-par-1 on-demand 2 8 EUR 0.0345 hour",
      ])
    #expect(result.skipped["with a price of 0, which is missing and not free"] == 1)
    #expect(result.skipped["without a price"] == 1)
  }

  @Test func `OVH writes prices in hundred-millionths`() async throws {
    let result = try await fetch("ovh")
    #expect(lines(result.book) == ["d2-8 eu on-demand 4 8 EUR 0.0372 hour", "b3-8 eu on-demand 2 8 EUR 0.0508 hour"])
    #expect(
      result.skipped == ["without processors or memory": 1, "with a price of 0, which is missing and not free": 1])
  }

  @Test func `Oracle's free tier is not its price, and an OCPU of x86 is two processors`() async throws {
    let result = try await fetch("oracle")
    #expect(result.failure == nil)
    #expect(lines(result.book).contains("VM.Standard.A1.Flex 4 OCPU 8 GB all on-demand 4 8 USD 0.052 hour"))
    #expect(lines(result.book).contains("VM.Standard.E5.Flex 2 OCPU 16 GB all on-demand 4 16 USD 0.092 hour"))
    #expect(result.book.instances.count == 16)
  }

  @Test func `Google's machines are put together from processors and memory`() async throws {
    let result = try await fetch("gcp")
    #expect(result.failure == nil)
    #expect(lines(result.book).contains("e2-standard-2 europe-west3 on-demand 2 8 USD 0.08633556 hour"))
    #expect(lines(result.book).contains("t2a-standard-4 europe-west4 on-demand 4 16 USD 0.26024 hour"))
    #expect(!result.book.instances.contains { $0.isPreemptible }, "memory has no such price here")
  }

  @Test(arguments: PriceFeed.all.map(\.provider.id)) func `Every list is read behind a busy server and over a cut line`(
    id: String
  ) async throws {
    let plain = try await fetch(id)
    #expect(plain.failure == nil && !plain.book.instances.isEmpty)
    for way in ["busy", "cut"] {
      let result = try await fetch(id, way: way)
      #expect(result.failure == nil)
      #expect(lines(result.book) == lines(plain.book))
    }
  }

  static let changes: [(id: String, document: String, old: String, new: String, message: String)] = [
    ("aws", "aws-ireland", "\"price\"", "\"cost\"", "without a price"),
    (
      "aws", "aws-ireland", "\"Instance Type\"", "\"Type\"", "lacks `regions.EU (Ireland).m7g.large key0.Instance Type`"
    ),
    (
      "azure", "azure-eastus", "\"retailPrice\": 0.0672", "\"retailPrice\": \"cheap\"",
      "has the text `cheap` in `Items[0].retailPrice` where it should have a number"
    ),
    ("azure", "azure-eastus", "\"1 Hour\"", "\"1 Day\"", "in `Items[0].unitOfMeasure` where it should have `1 Hour`"),
    ("azure", "azure-eastus", "\"USD\"", "\"Taler\"", "in `Items[0].currencyCode` where it should have a currency"),
    ("linode", "linode-1", "\"vcpus\": 4", "\"vcpus\": \"four\"", "`data[1].vcpus`"),
    ("vultr", "vultr-1", "\"ram\"", "\"memory\"", "lacks `plans[0].ram`"),
    (
      "digitalocean", "digitalocean-1", "\"available\": true", "\"available\": 1",
      "`sizes[0].available` where it should have true or false"
    ),
    (
      "hetzner", "hetzner-types-1", "\"net\": \"5.9900\"", "\"net\": \"5,99\"",
      "`server_types[0].prices[0].price_monthly.net`"
    ),
    ("hetzner", "hetzner-types-1", "\"architecture\"", "\"arch\"", "lacks `server_types[0].architecture`"),
    ("scaleway", "scaleway-1", "\"ncpus\": 4", "\"ncpus\": 4.5", "where it should have a whole number"),
    ("ovh", "ovh", "\"price\": 3720000", "\"price\": \"3.72e\"", "`addons[0].pricings[0].price`"),
    ("ovh", "ovh", "\"price\": 3720000", "\"price\": 3720000000000000", "a plausible price per hour"),
    ("oracle", "oracle", "\"displayName\"", "\"name\"", "lacks `items[0].displayName`"),
    ("gcp", "gcp-1", "\"tieredRates\"", "\"rates\"", "lacks `skus[0].pricingInfo[0].pricingExpression.tieredRates`"),
    ("azure", "azure-eastus", "\"Items\"", "\"Rows\"", "has no prices"),
  ]

  @Test(arguments: changes.indices) func `A field that changed is named, and no price is made up`(index: Int)
    async throws
  {
    let change = Self.changes[index]
    if change.message == "has no prices" {
      for region in ["azure-westeurope", "azure-germanywestcentral"] { try server.edit(region, change.old, change.new) }
      for region in ["azure-westeurope", "azure-germanywestcentral", "azure-eastus"] {
        try server.edit(region + "-2", change.old, change.new)
      }
    }
    try server.edit(change.document, change.old, change.new)
    let result = try await fetch(change.id)
    if change.message == "without a price" {
      #expect(result.skipped[change.message] == 1)
      return
    }
    let error = try #require(result.failure)
    #expect(error.message.contains(change.message), "\(error.message)")
    #expect(error.hint?.contains("format has changed") == true)
    #expect(result.book.instances.isEmpty)
  }

  @Test(arguments: [
    ("login", "is not JSON: `<` is out of place at byte 0"), ("gone", "the server answered 404"),
    ("down", "the server answered 503"), ("broken-off", "broke the connection"),
  ]) func `A server in trouble is named`(way: String, message: String) async throws {
    let result = try await fetch("scaleway", way: way)
    #expect(result.failure?.message.contains(message) == true, "\(result.failure?.message ?? "no error")")
    #expect(result.book.providers.isEmpty)
  }

  @Test func `A list that is cut short is not a list`() async throws {
    try server.edit("scaleway-2", "}", "")
    let result = try await fetch("scaleway")
    #expect(result.failure?.message.contains("the document ends too early") == true)
  }

  @Test func `A next page on another server is not followed, since it would get the token`() async throws {
    try server.edit("digitalocean-1", "\"next\": \"{base}", "\"next\": \"http://127.0.0.1:1")
    let result = try await fetch("digitalocean")
    #expect(result.failure?.message.contains("names a next page on another server") == true)
  }

  @Test func `Pages that go in circles end`() async throws {
    try server.edit("vultr-2", "\"next\": \"\"", "\"next\": \"bmV4dA==\"")
    let result = try await fetch("vultr")
    #expect(result.failure?.message.contains("pages without end") == true)
  }

  @Test func `A missing token is said, and nothing is asked`() async throws {
    let updater = PriceUpdater(
      http: HTTPClient(), folder: cache.path, environment: [:], servers: ["hetzner": server.url + "/plain"])
    let result = try #require(await updater.update(PriceFeed.all.filter { $0.provider.id == "hetzner" }).first)
    #expect(result.missingToken == "HCLOUD_TOKEN")
    #expect(try await server.log().isEmpty)
  }
}
