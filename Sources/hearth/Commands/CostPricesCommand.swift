import ArgumentParser
import Diagnostics
import Foundation
import HTTP
import Inventory
import Prices
import Units

struct CostPricesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prices",
    abstract: "Show how old each provider's prices are, and fetch newer ones.",
    discussion: """
      Prices that come with hearth are replaced by fetched ones, these by your own files (cost.prices of the inventory).
      Hetzner, DigitalOcean and Google Cloud want a token: HCLOUD_TOKEN, DIGITALOCEAN_TOKEN, GOOGLE_API_KEY. Examples:

        hearth cost prices
        hearth cost prices --update
        hearth cost prices --list hetzner
      """.flowing)

  @Flag(help: "Ask the providers for their lists; what is younger than six hours is kept.") var update = false
  @Flag(help: "With --update: ask again for every list.") var force = false
  @Option(help: ArgumentHelp("Only these providers, by their short names, separated by commas.", valueName: "names"))
  var provider: String?
  @Option(
    name: .customLong("list"),
    help: ArgumentHelp("Show every price of this provider, with its source.", valueName: "name")) var listed: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ask another server with the same paths in place of a provider's own, as in scaleway=https://mirror.example.",
      valueName: "provider=url"))
  var server: [String] = []
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    if listed != nil, output.output == .json { throw ValidationError("--list has no JSON: it is a list for people") }
    if force && !update { throw ValidationError("--force belongs to --update") }
  }

  func run() async throws {
    let feeds = try chosenFeeds()
    let updater = PriceUpdater(http: HTTPClient(), servers: try servers())
    var results: [PriceUpdater.Result] = []
    if update {
      results = await updater.update(feeds, mode: force ? .force : .update)
      if output.output == .text { for result in results { Terminal.writeError(line(result) + "\n") } }
    }
    let cached = await updater.update(mode: .cacheOnly)
    let book = try PriceBook.assemble(fetched: cached.map(\.book), files: try ownFiles())
    let today = Day(unixSeconds: Int(Date().timeIntervalSince1970))
    if let listed {
      try show(listed, book)
    } else if output.output == .json {
      try JSONSink.write(PriceAgeDocument(book: book, today: today, results: results), as: .prices)
    } else {
      Terminal.writeOutput(PriceAgeText(book: book, today: today).render())
    }
    let failures = results.compactMap(\.failure)
    if !failures.isEmpty {
      throw failures.count == results.count ? HearthErrors(failures) : ExitStatus.someHostsFailed
    }
  }

  private func servers() throws(HearthError) -> [String: String] {
    var servers: [String: String] = [:]
    for word in server {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, PriceFeed.all.contains(where: { $0.provider.id == parts[0] }), parts[1].hasPrefix("http")
      else {
        throw HearthError(
          .usage, "--server: `\(word)` is not PROVIDER=URL", hint: "write it as in scaleway=https://mirror.example")
      }
      servers[parts[0]] = parts[1]
    }
    return servers
  }

  private func chosenFeeds() throws(HearthError) -> [PriceFeed] {
    guard let provider else { return PriceFeed.all }
    let known = PriceFeed.all.map(\.provider.id)
    let words = provider.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if let unknown = words.first(where: { !known.contains($0) }) {
      throw HearthError(
        .usage, "--provider: hearth cannot fetch the list of `\(unknown)`",
        hint: "use one of \(known.joined(separator: ", "))")
    }
    return PriceFeed.all.filter { words.contains($0.provider.id) }
  }

  /// The owner's own price lists, where there is an inventory.
  private func ownFiles() throws -> [String] {
    let isNamed = rackOptions.inventory != nil || FileManager.default.fileExists(atPath: "hearth.yaml")
    return isNamed ? try rackOptions.load().cost.priceFiles : []
  }

  private func line(_ result: PriceUpdater.Result) -> String {
    let name = result.provider.name.padding(14)
    if let variable = result.missingToken { return "\(name)  not asked: set \(variable) to a token that may read" }
    if let failure = result.failure {
      return "\(name)  failed: \(failure.message)" + (failure.hint.map { "\n\("".padding(14))  \($0)" } ?? "")
    }
    let left = result.skipped.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let state =
      result.kept.map { "kept the older list: \($0.message)" } ?? (result.changed > 0 ? "fetched" : "unchanged")
    return "\(name)  \(result.book.instances.count) machine prices, \(state)"
      + (left.isEmpty ? "" : "; left out: \(left)")
  }

  private func show(_ id: String, _ book: PriceBook) throws(HearthError) {
    guard book.provider(id) != nil else {
      throw HearthError(
        .usage, "--list: there are no prices of `\(id)`",
        hint: "use one of \(book.providers.map(\.id).joined(separator: ", "))")
    }
    for offer in book.instances(of: id) {
      let marks = [
        offer.isBurstable ? "burstable" : nil, offer.term == .onDemand ? nil : offer.term.rawValue,
        offer.availability == .orderable ? nil : offer.availability.rawValue,
        book.performance(of: offer).map { "\($0.value.rounded(0)) MIPS" } ?? "no benchmark figure",
      ]
      Terminal.writeOutput(
        "\(offer.name.padding(30))  \(offer.region.padding(18))  \(offer.vcpus) vCPU \(offer.memory.value.brief) GiB  \(offer.quote)  "
          + "(\(marks.compactMap(\.self).joined(separator: ", ")))  \(offer.quote.source)\n")
    }
    for offer in book.services(of: id) {
      let price = offer.quote.map { "\($0)" } ?? "free"
      Terminal.writeOutput(
        "\(offer.name.padding(30))  \(offer.region.padding(18))  \(offer.kind.rawValue)  \(price)  \(offer.source)\n")
    }
  }
}
