package import Diagnostics
package import Foundation
package import HTTP
import Units

/// Price lists as they were fetched, in the operator's cache folder. A document that is still young is not asked for
/// again; an older one is, with the validators that came with it, so that an unchanged list costs one short answer.
package struct PriceCache: Sendable {
  package let folder: String
  private let http: HTTPClient
  private let now: @Sendable () -> Date

  /// A list is asked for again after this many seconds.
  package static let youngSeconds: Double = 6 * 3600

  package init(
    folder: String = Folders().cache + "/prices", http: HTTPClient, now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.folder = folder
    self.http = http
    self.now = now
  }

  package enum Mode: Sendable {
    /// Only what is there.
    case cacheOnly
    /// Asks again for what is not young.
    case update
    /// Asks again for everything.
    case force
  }

  /// A document on the disk.
  package struct Document: Sendable {
    package enum Origin: Sendable, Equatable { case fetched, unchanged, young, kept(HearthError) }
    package var file: String
    /// Where it was fetched from.
    package var url: String
    /// When the provider last said that this is its list.
    package var confirmed: Date
    package var origin: Origin
  }

  private struct Note: Codable {
    /// What the document is.
    var name: String
    /// Where it was fetched from, which its validators belong to.
    var url: String
    var entityTag: String?
    var lastModified: String?
    var confirmed: Double
  }

  /// - Parameter name: What the document is, whichever server it is fetched from: the provider's own URL.
  /// - Returns: nil in mode `cacheOnly` when there is no such document.
  /// - Throws: ``HearthError`` `download` when the document can neither be fetched nor taken from the cache.
  package func document(
    _ request: PriceRequest, name: String, mode: Mode,
    limits: HTTPLimits = HTTPLimits(bytes: 2 << 30, timeout: .seconds(600))
  ) async throws(HearthError) -> Document? {
    let file = "\(folder)/\(Checksum.of(Array(name.utf8)).hex.prefix(32)).json"
    let note = note(of: file, name: name)
    if let note, mode != .force {
      let age = now().timeIntervalSince1970 - note.confirmed
      let isYoung = note.url == request.url && (0..<PriceCache.youngSeconds).contains(age)
      if mode == .cacheOnly || isYoung {
        return Document(
          file: file, url: note.url, confirmed: Date(timeIntervalSince1970: note.confirmed), origin: .young)
      }
    }
    if mode == .cacheOnly { return nil }
    try Folders.create(folder)
    do {
      return try await fetch(request, name, file, note, limits)
    } catch {
      guard let note, error.code == .download else { throw error }
      return Document(
        file: file, url: note.url, confirmed: Date(timeIntervalSince1970: note.confirmed), origin: .kept(error))
    }
  }

  private func fetch(
    _ request: PriceRequest, _ name: String, _ file: String, _ note: Note?, _ limits: HTTPLimits
  ) async throws(HearthError) -> Document {
    var headers = request.headers
    headers["Accept"] = "application/json"
    let own = note?.url == request.url ? note : nil
    if let tag = own?.entityTag { headers["If-None-Match"] = tag }
    if let date = own?.lastModified { headers["If-Modified-Since"] = date }
    let answer = try await http.store(request.url, to: file, headers: headers, limits: limits)
    let confirmed = now()
    if answer.status == 304, var own {
      own.confirmed = confirmed.timeIntervalSince1970
      try write(own, beside: file)
      return Document(file: file, url: request.url, confirmed: confirmed, origin: .unchanged)
    }
    guard answer.isSuccess else { throw answer.failure(of: request.url) }
    try write(
      Note(
        name: name, url: request.url, entityTag: answer.headers["etag"], lastModified: answer.headers["last-modified"],
        confirmed: confirmed.timeIntervalSince1970), beside: file)
    return Document(file: file, url: request.url, confirmed: confirmed, origin: .fetched)
  }

  /// Nil when the document or what is known about it is not there or not readable: then it is fetched again.
  private func note(of file: String, name: String) -> Note? {
    guard FileManager.default.fileExists(atPath: file),
      let data = FileManager.default.contents(atPath: file + ".note"),
      let note = try? JSONDecoder().decode(Note.self, from: data), note.name == name
    else { return nil }
    return note
  }

  private func write(_ note: Note, beside file: String) throws(HearthError) {
    do {
      try JSONEncoder().encode(note).write(to: URL(fileURLWithPath: file + ".note"), options: .atomic)
    } catch {
      throw HearthError(
        .local, "the price cache cannot be written", subject: Subject(file: file + ".note"),
        cause: error.localizedDescription, command: "df -h \(folder.shellQuoted)")
    }
  }
}
