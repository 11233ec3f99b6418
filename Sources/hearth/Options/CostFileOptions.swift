import ArgumentParser
import Cost
import Diagnostics

/// Files that a report is written to besides what is printed.
struct CostFileOptions: ParsableArguments {
  @Option(help: "Write a page with charts: one file that asks nobody for anything.", completion: .file())
  var html: String?
  @Option(help: "Write a table for spreadsheets.", completion: .file()) var csv: String?
  @Option(help: "Write FOCUS 1.2 rows, CSV; `focus-1.2` belongs into the name.", completion: .file()) var focus: String?
  @Option(help: "Write metrics as Prometheus text, for a textfile collector.", completion: .file())
  var prometheus: String?
  @Option(help: "Write a custom price file for OpenCost, hourly prices.", completion: .file()) var opencost: String?

  func write(_ report: CostReport) throws {
    if let html { try write(try ReportPage.render(report), to: html, "page") }
    if let csv { try write(ReportCSV.text(report), to: csv, "table") }
    if let focus { try write(ReportFOCUS.text(report), to: focus, "FOCUS 1.2 rows") }
    if let prometheus { try write(ReportPrometheus.text(report), to: prometheus, "metrics") }
    if let opencost { try write(ReportOpenCost.text(report), to: opencost, "OpenCost prices") }
  }

  private func write(_ text: String, to path: String, _ what: String) throws(HearthError) {
    try TextFile.write(text, to: path)
    Terminal.writeError("wrote \(path) (\(what))\n")
  }
}
