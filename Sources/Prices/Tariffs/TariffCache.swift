package import Diagnostics
package import Foundation
package import HTTP
package import Inventory
package import Units

/// Prices of a live tariff, as they were fetched: a CSV in the operator's cache folder, which reports read without a
/// network.
package struct TariffCache: Sendable {
  private let folder: String

  /// Older prices are forgotten.
  static let keptDays = 400
  /// The first time so many days are asked for.
  static let firstDays = 35
  private static let mostPages = 20

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    folder = Folders(environment: environment).cache + "/tariffs"
  }

  package init(folder: String) { self.folder = folder }

  private func file(_ tariff: LiveTariff) -> String {
    "\(folder)/\(Checksum.of(Array(tariff.identity.utf8)).hex.prefix(32)).csv"
  }

  /// What was fetched, in the order of time; empty when nothing was.
  /// - Throws: ``HearthError`` `local` when the file is damaged.
  package func points(_ tariff: LiveTariff) throws(HearthError) -> [TariffPoint] {
    let path = file(tariff)
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    var points: [TariffPoint] = []
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let cells = line.split(separator: ",")
      guard cells.count == 3, let seconds = Int(cells[0]), let price = Decimal(exact: cells[1]),
        let currency = Currency(cells[2])
      else {
        throw HearthError(
          .local, "the fetched prices are damaged", subject: Subject(file: path),
          hint: "remove the file and fetch again: hearth cost tariff --update")
      }
      points.append(TariffPoint(start: Date(timeIntervalSince1970: Double(seconds)), price: price, currency: currency))
    }
    return points
  }

  /// Asks for what is new, and keeps it.
  /// - Returns: How many prices were new.
  package func update(
    _ tariff: LiveTariff, http: HTTPClient, server: String? = nil, now: Date = Date()
  ) async throws(HearthError) -> Int {
    let known = try points(tariff)
    let from = known.last.map { $0.start.addingTimeInterval(-3600) } ?? now.addingTimeInterval(-35 * 86_400)
    let feed = TariffFeeds.feed(tariff.source, area: tariff.area, server: server)
    var request: TariffRequest? = try feed.request(
      tariff, from: max(from, now.addingTimeInterval(-100 * 86_400)), to: now.addingTimeInterval(2 * 86_400))
    var fetched: [TariffPoint] = []
    var pages = 0
    while let current = request {
      pages += 1
      guard pages <= TariffCache.mostPages else {
        throw HearthError(.download, "\(tariff.source.rawValue) has pages without end")
      }
      let shown = current.secret.map { current.url.replacing($0, with: "…") } ?? current.url
      let body = try await ask(current, shown, http)
      let answer = try feed.read(body, document: shown)
      fetched += answer.points
      request = try answer.next.map { link throws(HearthError) in
        TariffRequest(url: try PriceUpdater.next(link, after: current.url))
      }
    }
    guard !fetched.isEmpty || !known.isEmpty else {
      throw HearthError(
        .download, "\(tariff.source.rawValue) gave no prices", hint: "check area, product and token of cost.tariff.live"
      )
    }
    var all = Dictionary(known.map { (Int($0.start.timeIntervalSince1970), $0) }) { _, last in last }
    let before = all.count
    for point in fetched { all[Int(point.start.timeIntervalSince1970)] = point }
    try write(all.values.sorted { $0.start < $1.start }, to: file(tariff), now: now)
    return all.count - before
  }

  private func ask(_ request: TariffRequest, _ shown: String, _ http: HTTPClient) async throws(HearthError) -> [UInt8] {
    do throws(HearthError) {
      let answer =
        if let body = request.body {
          try await http.send(.post, request.url, headers: request.headers, text: Secret(body), isRepeatable: true)
        } else {
          try await http.get(request.url, headers: request.headers)
        }
      guard answer.isSuccess else { throw answer.failure(of: shown) }
      return answer.body
    } catch {
      guard let secret = request.secret else { throw error }
      var hidden = error
      hidden.message = error.message.replacing(secret, with: "…")
      hidden.cause = error.cause?.replacing(secret, with: "…")
      hidden.command = error.command?.replacing(secret, with: "…")
      throw hidden
    }
  }

  private func write(_ points: [TariffPoint], to path: String, now: Date) throws(HearthError) {
    let oldest = now.addingTimeInterval(-Double(TariffCache.keptDays) * 86_400)
    let text = points.filter { $0.start > oldest }.map {
      "\(Int($0.start.timeIntervalSince1970)),\($0.price.plain),\($0.currency.code)\n"
    }.joined()
    try Folders.create(folder)
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw HearthError(
        .local, "the fetched prices cannot be kept", subject: Subject(file: path),
        hint: "check free disk space with `df -h`",
        cause: error.localizedDescription)
    }
  }
}
