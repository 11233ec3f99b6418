import ArgumentParser
import Cost
import Diagnostics
import Foundation
import Inventory
import Metering
import Prices
import Units

/// Flags of the commands that compare.
struct CostOptions: ParsableArguments {
  @Flag(help: "Give a verdict even if fewer than three providers have prices from the last year.")
  var allowStale = false

  @Flag(help: "Take the catalogue's list price where the inventory has no purchase price.")
  var listPrices = false

  @Option(
    name: .customLong("on"),
    help: ArgumentHelp("Compute price ages as of this date, as in 2026-09-30.", valueName: "date"))
  var day: String?

  @Option(help: ArgumentHelp("Of what was sampled, take the last so many days.", valueName: "count")) var days = 365

  @Option(
    help: ArgumentHelp(
      "How idle capacity is allocated: none (a line of its own), evenly, weighted (by own cost).", valueName: "way"))
  var idle = "none"

  @Option(help: ArgumentHelp("Terms of the cloud: on-demand, reserved-1y, reserved-3y.", valueName: "kind"))
  var term = "on-demand"

  /// - Throws: ``HearthErrors`` with every mistake of catalogue, price lists and flags.
  func context(_ rack: Rack, listPrices: Bool? = nil) async throws -> CostContext {
    // What `hearth cost prices --update` fetched before; nobody is asked now.
    let book = try PriceBook.assemble(fetched: await PriceUpdater.cachedBooks(), files: rack.cost.priceFiles)
    var context = CostContext(
      rack: rack, catalogue: try HardwareCatalogue.embedded(), book: book, today: try today())
    context.allowsStale = allowStale
    context.assumesListPrices = listPrices ?? self.listPrices
    guard let term = InstanceOffer.Term(rawValue: term), term != .preemptible else {
      throw HearthError(
        .usage, "--term: there are no terms `\(self.term)`", hint: "use on-demand, reserved-1y or reserved-3y")
    }
    context.term = term
    guard let sharing = Showback.Sharing(rawValue: idle) else {
      throw HearthError(.usage, "--idle: unknown value `\(idle)`", hint: "use none, evenly or weighted")
    }
    context.sharing = sharing
    if case .live(let live)? = rack.cost.tariff?.value {
      context.liveTariff = try PriceSeries(TariffCache().points(live), of: live, currency: rack.cost.currency)
    }
    if let history = try history(rack, until: context.today) { context.take(history) }
    return context
  }

  /// What `hearth cost track` has gathered on this machine; nil when there is nothing.
  private func history(_ rack: Rack, until today: Day) throws(HearthError) -> History? {
    guard (1...3650).contains(days) else {
      throw HearthError(.usage, "--days: \(days) is not a period", hint: "give 1 to 3650")
    }
    let path = UsageStore.path(rack: rack.cluster.name)
    // Declared meters without a sample are worth a word.
    let nothing = rack.cost.meters.isEmpty ? nil : History(first: today, last: today, energy: [], usage: [])
    guard FileManager.default.fileExists(atPath: path) else { return nothing }
    let store = try UsageStore(path: path)
    let start = today.adding(days: 1 - days)
    let doubts = try store.doubts(since: start.number * 86_400)
    guard let known = try store.days(), max(known.lowerBound, start) <= today else {
      return nothing.map { History(first: $0.first, last: $0.last, energy: [], usage: [], doubts: doubts) }
    }
    let first = max(known.lowerBound, start)
    let end = (today.number + 1) * 86_400
    return History(
      first: first, last: today, energy: try store.energy(from: first, to: today),
      usage: try store.usage(from: first, to: today), hours: try store.energyHours(from: end - 28 * 86_400, to: end),
      doubts: doubts)
  }

  private func today() throws(HearthError) -> Day {
    guard let day else { return Day(unixSeconds: Int(Date.now.timeIntervalSince1970)) }
    guard let value = Day(day) else {
      throw HearthError(.usage, "--on: `\(day)` is not a day", hint: "write it as in 2026-09-30")
    }
    return value
  }
}
