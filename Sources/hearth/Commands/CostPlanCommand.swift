import ArgumentParser
import Cost
import Diagnostics
import Foundation
import Inventory

struct CostPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Price a rack that is not bought yet.",
    discussion: """
      From an inventory without purchase prices (list prices of the catalogue stand in), or from flags alone:

        hearth cost plan --board pi5-8gb --nodes 4 --price 118 --extras 118 --tariff 0.30
      """.flowing)

  @Option(
    name: [.short, .customLong("inventory")],
    help: ArgumentHelp("An inventory to price; otherwise the flags say it all.", valueName: "file"))
  var inventory: String?
  @Option(help: ArgumentHelp("Board: a name from the catalogue, such as pi5-8gb.", valueName: "name")) var board:
    String?
  @Option(help: ArgumentHelp("How many boards.", valueName: "count")) var nodes = 4
  @Option(help: ArgumentHelp("What one board costs, with tax; otherwise its list price.", valueName: "amount"))
  var price: String?
  @Option(help: ArgumentHelp("What switch, supplies, disks and case cost together, with tax.", valueName: "amount"))
  var extras: String?
  @Option(help: ArgumentHelp("What they draw together, in watts.", valueName: "watts")) var extraWatts: String = "8"
  @Option(help: ArgumentHelp("What a kWh costs, with tax.", valueName: "amount")) var tariff: String?
  @Option(help: ArgumentHelp("ISO 3166 code, for published averages.", valueName: "code")) var country: String?
  @Option(help: ArgumentHelp("Currency of these amounts.", valueName: "code")) var currency = "EUR"

  @OptionGroup var options: CostOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var files: CostFileOptions

  func validate() throws {
    if (inventory == nil) == (board == nil) { throw ValidationError("give either --inventory or --board") }
  }

  func run() async throws {
    let context = try await options.context(try rack(), listPrices: true)
    let report = try ReportBuilder.build(context)
    try files.write(report)
    if output.output == .json {
      Terminal.writeJSON(ReportJSON.text(report, scenarios: []))
    } else if !files.isAsked {
      let style = Terminal().outputStyle
      let text = ReportText(report, width: Terminal().width) { "\(Style.marks.begin)\($0)\(Style.marks.end)" }
      Terminal.writeOutput(style.marked(text.render()))
    }
  }

  private func rack() throws -> Rack {
    let environment = ProcessInfo.processInfo.environment
    if let inventory { return try InventoryFile.load(path: inventory, environment: environment) }
    let draft = PlanDraft(
      board: board ?? "", nodes: nodes, price: price, extras: extras, extraWatts: extraWatts, tariff: tariff,
      country: country, currency: currency)
    return try draft.rack()
  }
}
