import ArgumentParser
import Cost
import Diagnostics
import Foundation
import Inventory

struct CostReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Home per month, the cheapest, median and dearest cloud, and when the rack has paid for itself.",
    discussion: """
      Examples:

        hearth cost report
        hearth cost report --explain home.electricity
        hearth cost report --html report.html
        hearth cost report --diff main.json
      """.flowing)

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var options: CostOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var files: CostFileOptions

  @Flag(help: "Show every provider and every caveat.") var all = false

  @Flag(help: "Show the formula, inputs and sources of every number, or of those named behind it.")
  var explain = false

  @Argument(help: "With --explain: only numbers whose names begin so, such as home or cloud.hetzner.")
  var numbers: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Try a change beside what is: \(WhatIf.help). Repeat it for more columns.", valueName: "change"))
  var whatIf: [String] = []

  @Option(
    help: ArgumentHelp("Show what changed since a report that was written with --output json.", valueName: "old.json"),
    completion: .file())
  var diff: String?

  func validate() throws {
    try rackOptions.refuseLimit()
    if output.output == .json, explain || diff != nil {
      throw ValidationError("with --output json the report holds every number: leave out --explain and --diff")
    }
    if !numbers.isEmpty && !explain { throw ValidationError("name numbers only with --explain") }
  }

  func run() async throws {
    let context = try await options.context(try rackOptions.load())
    let report = try ReportBuilder.build(context)
    try files.write(report)
    let scenarios = try whatIf.map { text in try Scenario.build(text, context) }
    if let diff {
      Terminal.writeOutput(try ReportDiff.text(report, since: try TextFile.read(diff), file: diff))
    } else if explain {
      Terminal.writeOutput(try Explanation.text(report, numbers: numbers))
    } else if output.output == .json {
      Terminal.writeJSON(ReportJSON.text(report, scenarios: scenarios))
    } else if !files.isAsked || all || !scenarios.isEmpty {
      let style = Terminal().outputStyle
      let width = Terminal().width
      let text = ReportText(report, width: width, isFull: all) { "\(Style.marks.begin)\($0)\(Style.marks.end)" }
      Terminal.writeOutput(style.marked(text.render()))
      if !scenarios.isEmpty {
        Terminal.writeOutput("\n" + ScenarioText(report, scenarios).render(width: width))
      }
    }
  }
}
