package import Diagnostics
package import Foundation
package import HTTP
import Units
import Untrusted

/// Fetches price lists, or reads those that were fetched before.
package struct PriceUpdater: Sendable {
  private let cache: PriceCache
  private let environment: [String: String]
  /// Other servers in place of the providers' own, by provider id.
  private let servers: [String: String]

  /// No list of the sizes that are asked for has more pages.
  static let mostPages = 200

  package init(
    http: HTTPClient, folder: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    servers: [String: String] = [:], now: @escaping @Sendable () -> Date = { Date() }
  ) {
    cache = PriceCache(folder: folder ?? Folders(environment: environment).cache + "/prices", http: http, now: now)
    self.environment = environment
    self.servers = servers
  }

  /// What came of one provider's list.
  package struct Result: Sendable {
    package var provider: Provider
    package var book: PriceBook
    /// Entries left out, by reason.
    package var skipped: [String: Int]
    package var documents: Int
    /// Documents that had changed since the last time.
    package var changed: Int
    /// Why older documents had to do.
    package var kept: HearthError?
    /// Why there is nothing.
    package var failure: HearthError?
    /// The token that is missing.
    package var missingToken: String?
  }

  /// All feeds side by side; one provider's failure does not hinder the others.
  package func update(
    _ feeds: [PriceFeed] = PriceFeed.all, mode: PriceCache.Mode = .update
  ) async -> [Result] {
    await concurrently(feeds) { feed in await update(feed, mode) }
  }

  private func update(_ feed: PriceFeed, _ mode: PriceCache.Mode) async -> Result {
    var result = Result(
      provider: feed.provider, book: PriceBook(), skipped: [:], documents: 0, changed: 0)
    let token = feed.tokenVariable.flatMap { environment[$0] }.flatMap { $0.isEmpty ? nil : $0 }
    if let variable = feed.tokenVariable, token == nil {
      result.missingToken = variable
      if mode != .cacheOnly { return result }
    }
    var page = FeedPage(provider: feed.provider)
    do throws(HearthError) {
      let server = servers[feed.provider.id] ?? feed.server
      var isWhole = true
      for request in feed.requests(PriceFeed.Settings(server: server, token: token)) {
        isWhole = try await follow(request, feed, server, mode, &page, &result) && isWhole
      }
      feed.finish(&page)
      let isEmpty = page.instances.isEmpty && page.services.isEmpty && page.flexible.isEmpty
      if result.documents > 0, isEmpty, page.skipped.isEmpty {
        throw HearthError(
          .download, "\(page.document) has no prices", hint: "Its format has changed; look for a newer hearth.")
      }
      result.skipped = page.skipped
      result.book = PriceBook(
        providers: isEmpty ? [] : [feed.provider], instances: page.instances, services: page.services,
        flexible: page.flexible, scopes: isWhole && !page.instances.isEmpty ? scopes(of: feed, page) : [])
    } catch {
      result.failure = error
    }
    return result
  }

  private func scopes(of feed: PriceFeed, _ page: FeedPage) -> [ListScope] {
    feed.scope.map { scope in
      var scope = scope
      scope.day = page.day
      return [scope]
    } ?? []
  }

  /// A document and the pages after it.
  /// - Returns: Whether all of them were there.
  private func follow(
    _ first: PriceRequest, _ feed: PriceFeed, _ server: String, _ mode: PriceCache.Mode, _ page: inout FeedPage,
    _ result: inout Result
  ) async throws(HearthError) -> Bool {
    var request = first
    var seen: Set<String> = []
    while true {
      guard seen.insert(request.url).inserted, seen.count <= PriceUpdater.mostPages else {
        throw HearthError(
          .download, "\(first.url) has pages without end", hint: "Its paging has changed; look for a newer hearth.")
      }
      // Documents are kept by what they are, wherever they came from: a mirror's list is the provider's list.
      let name = feed.server + PriceUpdater.path(request.url, on: server)
      guard let document = try await cache.document(request, name: name, mode: mode) else { return false }
      page.document = document.url
      page.day = Day(
        unixSeconds: Int(checked: document.confirmed.timeIntervalSince1970, in: 0...253_402_300_799) ?? 0)
      page.next = nil
      try feed.read(document.file, into: &page)
      result.documents += 1
      if document.origin == .fetched { result.changed += 1 }
      if case .kept(let error) = document.origin { result.kept = error }
      guard var next = page.next, !next.isEmpty else { return true }
      // A kept document names pages of the server that it was fetched from.
      if document.url != request.url, let old = PriceUpdater.prefix(document.url, of: request.url, on: server) {
        if next.hasPrefix(old) { next = server + next.dropFirst(old.count) }
      }
      request.url = try PriceUpdater.next(next, after: request.url)
    }
  }

  /// A link may be relative; it may not lead to another server, which would get the token.
  package static func next(_ link: String, after url: String) throws(HearthError) -> String {
    guard let base = URL(string: url), let target = URL(string: link, relativeTo: base)?.absoluteURL,
      target.host() == base.host(), target.scheme == base.scheme, port(target) == port(base)
    else {
      throw HearthError(
        .download, "\(url) names a next page on another server: \(link.prefix(200))", hint: "Look at it by hand.")
    }
    return target.absoluteString
  }

  /// Azure writes `:443` into its links: a port that goes without saying is the same server.
  private static func port(_ url: URL) -> Int? { url.port ?? ["https": 443, "http": 80][url.scheme ?? ""] }

  /// What of a URL is not the server.
  private static func path(_ url: String, on server: String) -> String {
    if url.hasPrefix(server) { return String(url.dropFirst(server.count)) }
    // A next page may spell the server with its port.
    guard let parts = URLComponents(string: url) else { return url }
    return parts.percentEncodedPath + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
  }

  /// The server of a kept document, when it stands for a request to another one.
  private static func prefix(_ kept: String, of url: String, on server: String) -> String? {
    let rest = path(url, on: server)
    return kept.hasSuffix(rest) ? String(kept.dropLast(rest.count)) : nil
  }
}

extension PriceUpdater {
  /// What was fetched before, read without a network; a document that cannot be read any more is left out, and the
  /// snapshot stands in for it.
  package static func cachedBooks(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async -> [PriceBook] {
    await PriceUpdater(http: HTTPClient(), environment: environment).update(mode: .cacheOnly).map(\.book)
  }
}
