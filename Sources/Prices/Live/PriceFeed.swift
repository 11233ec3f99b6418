import Diagnostics
import Foundation
import JSONStream

/// How one provider's public price list is asked for and read.
package struct PriceFeed: Sendable {
  package let provider: Provider
  /// The variable of the environment with the token that the provider wants; nil where prices are public.
  package let tokenVariable: String?
  /// What can be replaced by another server with the same paths: a mirror, a test.
  package let server: String
  let requests: @Sendable (Settings) -> [PriceRequest]
  /// What the documents name if it is sold; nil for lists of parts, whose machines are put together here.
  let scope: ListScope?
  /// What of a document is wanted.
  let patterns: [JSONPattern]
  /// Reads one wanted value.
  let take: @Sendable (Int, JSONField, JSONMatch, inout FeedPage) throws(HearthError) -> Void
  /// Puts together what needs more than one value.
  let finish: @Sendable (inout FeedPage) -> Void

  package struct Settings: Sendable {
    package var server: String
    package var token: String?
  }

  init(
    _ provider: Provider, server: String, tokenVariable: String? = nil, scope: ListScope? = nil, patterns: [String],
    requests: @escaping @Sendable (Settings) -> [PriceRequest],
    finish: @escaping @Sendable (inout FeedPage) -> Void = { _ in },
    take: @escaping @Sendable (Int, JSONField, JSONMatch, inout FeedPage) throws(HearthError) -> Void
  ) {
    self.provider = provider
    self.server = server
    self.tokenVariable = tokenVariable
    self.scope = scope
    self.patterns = patterns.map { JSONPattern($0) }
    self.requests = requests
    self.finish = finish
    self.take = take
  }

  /// Every provider whose list hearth can read, in alphabetical order of their ids.
  package static let all: [PriceFeed] = [
    aws, azure, digitalOcean, gcp, hetzner, linode, oracle, ovh, scaleway, vultr,
  ]

  /// A document on the disk, read a piece at a time.
  func read(_ file: String, into page: inout FeedPage) throws(HearthError) {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw HearthError(
        .local, "the price cache cannot be read", subject: Subject(file: file), command: "ls -l \(file.shellQuoted)")
    }
    defer { try? handle.close() }
    // The scanner hands out values from inside itself, where nothing can be thrown: the first error is kept.
    var failure: HearthError?
    var working = page
    do throws(JSONMistake) {
      var scanner = JSONScanner(patterns: patterns) { match in
        guard failure == nil else { return }
        let field = JSONField(match.value, path: match.fieldPath, document: working.document)
        do throws(HearthError) { try take(match.pattern, field, match, &working) } catch { failure = error }
      }
      while failure == nil {
        let piece: Data
        do {
          piece = try handle.read(upToCount: 1 << 18) ?? Data()
        } catch {
          failure = HearthError(
            .local, "the price cache cannot be read to its end", subject: Subject(file: file), cause: error.reason,
            command: "ls -l \(file.shellQuoted)")
          break
        }
        guard !piece.isEmpty else { break }
        try scanner.feed([UInt8](piece)[...])
      }
      if failure == nil { try scanner.finish() }
    } catch {
      throw HearthError.notJSON(working.document, error)
    }
    if let failure { throw failure }
    page = working
  }
}

extension JSONMatch {
  /// `Items[3]`.
  var fieldPath: String {
    path.reduce(into: "") { text, part in
      text += part.allSatisfy(\.isNumber) ? "[\(part)]" : text.isEmpty ? part : ".\(part)"
    }
  }
}

/// One document of a provider's price list.
package struct PriceRequest: Sendable, Hashable {
  package var url: String
  /// Such as a token; never in the URL, which is shown and kept.
  package var headers: [String: String]

  package init(_ url: String, headers: [String: String] = [:]) {
    self.url = url
    self.headers = headers
  }
}
