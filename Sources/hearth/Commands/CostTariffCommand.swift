import ArgumentParser
import Cost
import Diagnostics
import Foundation
import HTTP
import Inventory
import Prices
import Units

struct CostTariffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tariff",
    abstract: "Fetch and show prices of a tariff that changes by the hour.",
    discussion: """
      For `cost: {tariff: {live: …}}` of the inventory: Tibber, Octopus, aWATTar, ENTSO-E. Reports read what was fetched and
      ask nobody. Examples:

        hearth cost tariff --update
        hearth cost tariff
      """.flowing)

  @Flag(help: "Ask for prices that are new since the last time.") var update = false
  @Option(help: ArgumentHelp("Ask another server with the same paths.", valueName: "url")) var server: String?
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  private struct Document: Encodable {
    var source, first, last: String
    var prices: Int
    var new: Int?
    var average: String?
    var currency: String
  }

  func run() async throws {
    let rack = try rackOptions.load()
    guard case .live(let tariff)? = rack.cost.tariff?.value else {
      throw HearthError(
        .usage, "the inventory has no live tariff",
        hint: "add cost: {tariff: {live: {from: awattar, area: DE, vat: 19}}}")
    }
    let cache = TariffCache()
    let new: Int? = if update { try await cache.update(tariff, http: HTTPClient(), server: server) } else { nil }
    let points = try cache.points(tariff)
    guard let series = try PriceSeries(points, of: tariff, currency: rack.cost.currency) else {
      throw HearthError(
        .usage, "no prices of \(tariff.source.rawValue) have been fetched", hint: "hearth cost tariff --update")
    }
    let average = series.average.money.amount.rounded(4)
    if output.output == .json {
      try JSONSink.write(
        Document(
          source: tariff.source.rawValue, first: series.first, last: series.last, prices: series.count, new: new,
          average: average.plain, currency: series.currency.code), as: .tariff)
    } else {
      Terminal.writeOutput(
        "\(tariff.source.rawValue): \(series.count) prices from \(series.first) to \(series.last)"
          + (new.map { ", \($0) new" } ?? "")
          + "\non average \(series.currency) \(average) a kWh, tax and surcharge included\n")
    }
  }
}
