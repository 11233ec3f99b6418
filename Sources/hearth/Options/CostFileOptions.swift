import ArgumentParser
import Cost
import Diagnostics
import Untrusted

/// Files that a report is written to in place of the screen.
struct CostFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write a self-contained HTML report (no external resources).", valueName: "file"),
    completion: .file())
  var html: String?
  @Option(help: ArgumentHelp("Write a table for spreadsheets.", valueName: "file"), completion: .file()) var csv:
    String?
  @Option(
    help: ArgumentHelp(
      "Write FOCUS rows of this month so far, CSV; put `focus-1.2` into the name, or the other version.",
      valueName: "file"), completion: .file())
  var focus: String?
  @Option(help: ArgumentHelp("With --focus: the version of FOCUS.", valueName: "version"))
  var focusVersion: ReportFOCUS.Version = .v1_2
  @Option(
    help: ArgumentHelp("Write metrics as Prometheus text, for a textfile collector.", valueName: "file"),
    completion: .file())
  var prometheus: String?
  @Option(
    help: ArgumentHelp("Write a custom price file for OpenCost, hourly prices.", valueName: "file"), completion: .file()
  )
  var opencost: String?
  @Option(
    help: ArgumentHelp("Write the answer as one picture for a link: SVG, 1200 by 630.", valueName: "file"),
    completion: .file())
  var card: String?

  /// What is asked for is a file, and not the screen.
  var isAsked: Bool { [html, csv, focus, prometheus, opencost, card].contains { $0 != nil } }

  func write(_ report: CostReport) throws {
    if let html { try write(try ReportPage.render(report), to: html, "page") }
    if let csv { try write(ReportCSV.text(report), to: csv, "table") }
    if let focus {
      try write(ReportFOCUS.text(report, version: focusVersion), to: focus, "FOCUS \(focusVersion.rawValue) rows")
    }
    if let prometheus { try write(ReportPrometheus.text(report), to: prometheus, "metrics") }
    if let card { try write(try ShareCard.render(report), to: card, "picture") }
    if let opencost { try write(ReportOpenCost.text(report).visibleJSON, to: opencost, "OpenCost prices") }
  }

  private func write(_ text: String, to path: String, _ what: String) throws(HearthError) {
    try TextFile.write(text.visible, to: path)
    Terminal.writeError("wrote \(path) (\(what))\n")
  }
}

extension ReportFOCUS.Version: ExpressibleByArgument {}
