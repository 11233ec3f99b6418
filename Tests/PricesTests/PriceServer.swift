import Foundation
import HTTP
import Prices
import TestSupport

/// `Fixtures/prices.py` with the documents of a folder of `Fixtures`, which a test may change in a copy of its own.
final class PriceServer: Sendable {
  /// `http://127.0.0.1:PORT`
  let url: String
  private let server: ScriptServer
  private let documents: TemporaryFolder

  init(lists: String = "lists") throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    documents = try TemporaryFolder()
    for file in try FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: lists).path) {
      try FileManager.default.copyItem(
        atPath: fixtures.appending(path: "\(lists)/\(file)").path, toPath: "\(documents.path)/\(file)")
    }
    server = try ScriptServer(fixtures.appending(path: "prices.py").path, [documents.path])
    url = "http://127.0.0.1:\(server.greeting)"
  }

  /// Changes a document on the server.
  func edit(_ document: String, _ old: String, _ new: String) throws {
    let file = "\(documents.path)/\(document).json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    guard text.contains(old) else { throw Absent(text: old) }
    try text.replacing(old, with: new).write(toFile: file, atomically: true, encoding: .utf8)
  }

  struct Absent: Error { let text: String }

  /// An updater that asks this server in place of every provider.
  func updater(way: String = "plain", cache: TemporaryFolder, now: @escaping @Sendable () -> Date = { Date() })
    -> PriceUpdater
  {
    var options = HTTPOptions()
    options.proxy = ""
    options.retries = RetryPolicy(attempts: 3, base: .milliseconds(1), ceiling: .milliseconds(10))
    let servers = Dictionary(uniqueKeysWithValues: PriceFeed.all.map { ($0.provider.id, "\(url)/\(way)") })
    return PriceUpdater(
      http: HTTPClient(options: options), folder: cache.path,
      environment: [
        "HCLOUD_TOKEN": "secret-token", "DIGITALOCEAN_TOKEN": "secret-token", "GOOGLE_API_KEY": "secret-token",
      ],
      servers: servers, now: now)
  }

  /// Requests so far, one a line: path, If-None-Match, If-Modified-Since, status.
  func log() async throws -> [String] {
    var options = HTTPOptions()
    options.proxy = ""
    return try await HTTPClient(options: options).get(url + "/log").text.split(separator: "\n").map(String.init)
  }
}
