package import Diagnostics
package import Foundation
package import HTTP
import Units

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
    await withTaskGroup(of: (Int, Result).self) { group in
      for (index, feed) in feeds.enumerated() { group.addTask { (index, await update(feed, mode)) } }
      var results: [Int: Result] = [:]
      for await (index, result) in group { results[index] = result }
      return feeds.indices.compactMap { results[$0] }
    }
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
      for request in feed.requests(PriceFeed.Settings(server: server, token: token)) {
        try await follow(request, feed, mode, &page, &result)
      }
      feed.finish(&page)
      if result.documents > 0, page.instances.isEmpty, page.services.isEmpty, page.skipped.isEmpty {
        throw HearthError(
          .download, "\(page.document) has no prices", hint: "Its format has changed; look for a newer hearth.")
      }
      result.skipped = page.skipped
      result.book = PriceBook(
        providers: page.instances.isEmpty && page.services.isEmpty ? [] : [feed.provider], instances: page.instances,
        services: page.services)
    } catch {
      result.failure = error
    }
    return result
  }

  /// A document and the pages after it.
  private func follow(
    _ first: PriceRequest, _ feed: PriceFeed, _ mode: PriceCache.Mode, _ page: inout FeedPage, _ result: inout Result
  ) async throws(HearthError) {
    var request = first
    var seen: Set<String> = []
    while true {
      guard seen.insert(request.url).inserted, seen.count <= PriceUpdater.mostPages else {
        throw HearthError(
          .download, "\(first.url) has pages without end", hint: "Its paging has changed; look for a newer hearth.")
      }
      guard let document = try await cache.document(request, mode: mode) else { return }
      page.document = request.url
      page.day = Day(unixSeconds: Int(document.confirmed.timeIntervalSince1970))
      page.next = nil
      try feed.read(document.file, into: &page)
      result.documents += 1
      if document.origin == .fetched { result.changed += 1 }
      if case .kept(let error) = document.origin { result.kept = error }
      guard let next = page.next, !next.isEmpty else { return }
      request.url = try PriceUpdater.next(next, after: request.url)
    }
  }

  /// A link may be relative; it may not lead to another server, which would get the token.
  static func next(_ link: String, after url: String) throws(HearthError) -> String {
    guard let base = URL(string: url), let target = URL(string: link, relativeTo: base)?.absoluteURL,
      target.host() == base.host(), target.scheme == base.scheme, target.port == base.port
    else {
      throw HearthError(
        .download, "\(url) names a next page on another server: \(link.prefix(200))", hint: "Look at it by hand.")
    }
    return target.absoluteString
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
