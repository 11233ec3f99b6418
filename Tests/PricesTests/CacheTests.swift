import Diagnostics
import Foundation
import Prices
import Synchronization
import TestSupport
import Testing
import Units

/// What is kept between two fetches.
@Suite struct CacheTests {
  let server: PriceServer
  let cache: TemporaryFolder
  let linode = PriceFeed.all.filter { $0.provider.id == "linode" }

  init() throws {
    server = try PriceServer()
    cache = try TemporaryFolder()
  }

  @Test func `An unchanged list costs a 304 and is as of today again`() async throws {
    let first = Date(timeIntervalSince1970: 1_790_000_000)
    _ = await server.updater(cache: cache, now: { first }).update(linode)
    let later = first.addingTimeInterval(86_400 * 3)
    let result = try #require(await server.updater(cache: cache, now: { later }).update(linode).first)
    let log = try await server.log()
    #expect(log.count == 4)
    #expect(log.suffix(2).allSatisfy { $0.hasSuffix(" 304") && $0.contains("\"") }, "\(log)")
    #expect(result.changed == 0 && result.documents == 2)
    #expect(result.book.instances.count == 2)
    #expect(result.book.instances[0].quote.source.day == Day(unixSeconds: Int(later.timeIntervalSince1970)))
  }

  @Test func `A young list is not asked for again, unless it is forced`() async throws {
    let updater = server.updater(cache: cache)
    _ = await updater.update(linode)
    _ = await updater.update(linode)
    #expect(try await server.log().count == 2)
    _ = await updater.update(linode, mode: .force)
    #expect(try await server.log().count == 4)
  }

  @Test func `Offline, the kept list is read with its own date`() async throws {
    let past = Date(timeIntervalSince1970: 1_780_000_000)
    _ = await server.updater(cache: cache, now: { past }).update(linode)
    let count = try await server.log().count
    let kept = try #require(await server.updater(cache: cache).update(linode, mode: .cacheOnly).first)
    #expect(kept.book.instances.count == 2)
    #expect(kept.book.instances[0].quote.source.day == Day(unixSeconds: 1_780_000_000))
    #expect(try await server.log().count == count)
  }

  @Test func `Nothing fetched, nothing offline`() async throws {
    let result = try #require(await server.updater(cache: cache).update(linode, mode: .cacheOnly).first)
    #expect(result.failure == nil && result.book.providers.isEmpty)
  }

  @Test func `When the server is down, the old list does, and that is said`() async throws {
    let past = Date(timeIntervalSince1970: 1_780_000_000)
    // The way is part of the URL by which a document is kept, so that the server itself must go.
    let folder = cache
    do {
      let mortal = try PriceServer()
      _ = await mortal.updater(cache: folder, now: { past }).update(linode)
      try mortal.edit("paths", "/v4/linode", "/v5/linode")
      let result = try #require(await mortal.updater(cache: folder).update(linode).first)
      #expect(result.book.instances.count == 2)
      #expect(result.kept?.message.contains("the server answered 404") == true)
      #expect(result.book.instances[0].quote.source.day == Day(unixSeconds: 1_780_000_000))
    }
  }

  @Test func `A changed list replaces the kept one`() async throws {
    let updater = server.updater(cache: cache)
    _ = await updater.update(linode)
    try server.edit("linode-1", "48.0", "52.5")
    let result = try #require(await updater.update(linode, mode: .force).first)
    #expect(result.changed == 1)
    #expect(result.book.instances[1].perMonth == Money(exact: "52.5", .usd))
  }

  @Test func `Fetched prices replace those of the snapshot, and are fresh`() async throws {
    let results = await server.updater(cache: cache).update()
    #expect(results.allSatisfy { $0.failure == nil })
    let book = try PriceBook.assemble(fetched: results.map(\.book))
    let today = Day(unixSeconds: Int(Date().timeIntervalSince1970))
    let standard = try #require(book.instances.first { $0.name == "g6-standard-4" })
    #expect(standard.quote.source.confidence == .live)
    let measured = Set(
      book.instances.filter { book.performance(of: $0) != nil && book.age(of: $0, on: today) == .fresh(days: 0) }
        .map(\.provider))
    #expect(measured == ["aws", "azure", "gcp", "hetzner", "oracle", "scaleway"])
    // The snapshot calls Hetzner's region otherwise: its prices of the same machines are gone all the same.
    #expect(Set(book.instances.filter { $0.name == "cax11" }.map(\.region)) == ["fsn1", "hel1"])
    // What the list does not name can be looked at, and not be had.
    #expect(book.instances.filter { $0.name == "cax41" }.map(\.availability) == [.notOrderable])
    #expect(book.services(of: "hetzner").filter { $0.kind == .blockStorage }.map(\.source.confidence) == [.live])
  }

  /// The snapshot has machines of every provider that the documents of the tests do not name.
  @Test(arguments: ["hetzner", "scaleway", "linode", "vultr", "digitalocean", "ovh", "aws", "azure"])
  func `What a fetched list names no more cannot be ordered`(_ id: String) async throws {
    let results = await server.updater(cache: cache).update()
    let list = try #require(results.first { $0.provider.id == id }?.book)
    let scope = try #require(list.scopes.first)
    let named = Set(list.instances.map(\.name))
    let book = try PriceBook.assemble(fetched: [list])
    let gone = book.instances(of: id).filter { scope.covers($0) && !named.contains($0.name) }
    #expect(gone.allSatisfy { $0.availability == .notOrderable && $0.quote.source.note?.contains("any more") == true })
    #expect(gone.count == (try PriceBook.snapshot()).instances.count { scope.covers($0) && !named.contains($0.name) })
    // Other places and terms, which were not asked for, are as they were.
    let untouched = book.instances(of: id).filter { !scope.covers($0) && !named.contains($0.name) }
    #expect(untouched.allSatisfy { (try? PriceBook.snapshot())?.instances.contains($0) == true })
  }

  @Test func `A list of which pages are missing withdraws nothing`() async throws {
    let updater = server.updater(cache: cache)
    _ = await updater.update(linode)
    let second = try #require(
      try FileManager.default.contentsOfDirectory(atPath: cache.path).first {
        (try? cache.read($0))?.contains("\"page\": 2") == true
      })
    try FileManager.default.removeItem(atPath: cache.file(second))
    let kept = try #require(await updater.update(linode, mode: .cacheOnly).first?.book)
    #expect(!kept.instances.isEmpty && kept.scopes.isEmpty)
  }

  @Test func `No token is kept on the disk`() async throws {
    _ = await server.updater(cache: cache).update()
    for file in try FileManager.default.contentsOfDirectory(atPath: cache.path) {
      #expect(try !cache.read(file).contains("secret-token"))
    }
  }
}
