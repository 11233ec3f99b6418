import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Provision

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Show what hearth did on this rack, from the journal on this machine.",
    discussion: "Examples:\n\n  hearth runs\n  hearth runs 6f3a…")

  @Argument(help: "A run's id, to see its steps.")
  var id: String?

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  func run() throws {
    let rack = try rackOptions.load()
    let path = Journal.path(rack: rack.cluster.name)
    guard FileManager.default.fileExists(atPath: path) else {
      if id == nil, output.output == .json { return try JSONSink.write(["runs": [RunLine]()], as: .runs) }
      return Terminal.writeOutput("hearth has done nothing on \(rack.cluster.name) from this machine yet\n")
    }
    let journal = try Journal(path: path, runID: "reader")
    if let id { try show(id, journal) } else { try list(journal) }
  }

  private func list(_ journal: Journal) throws {
    if output.output == .json {
      return try JSONSink.write(["runs": journal.recent().map { RunLine($0) }], as: .runs)
    }
    let runs = try journal.recent()
    let width = runs.map(\.command.count).max() ?? 0
    for run in runs {
      let start = Date(timeIntervalSince1970: run.started).formatted(.iso8601)
      let seconds = run.ended.map { Quantity.seconds($0 - run.started) } ?? "-"
      Terminal.writeOutput(
        "\(run.id.padding(16))  \(start)  \(run.command.padding(width))  \((run.result ?? "unfinished").padding(10))  "
          + "\(run.changed) changed  \(seconds)\n")
    }
  }

  private func show(_ id: String, _ journal: Journal) throws {
    guard let run = try journal.recent(10_000).first(where: { $0.id.hasPrefix(id) }) else {
      throw HearthError(.usage, "the journal knows no run `\(id)`", hint: "see `hearth runs`")
    }
    if output.output == .json {
      var line = RunLine(run)
      line.steps = try journal.steps(ofRun: run.id).map { StepLine($0) }
      return try JSONSink.write(line, as: .run)
    }
    for step in try journal.steps(ofRun: run.id) {
      let seconds = step.seconds.map(Quantity.seconds) ?? "-"
      Terminal.writeOutput(
        "\(step.host.padding(10))  \((step.outcome ?? "unfinished").padding(10))  \(seconds.padding(8))  "
          + "\(step.phase): \(step.step)\(step.detail.map { "  \($0)" } ?? "")\n")
    }
  }
}

/// A run as JSON; times in ISO 8601.
private struct RunLine: Encodable {
  var id: String
  var command: String
  var started: String
  var ended: String?
  /// `done`, `failed`, `refused` or `partly`; nil for one that was cut off.
  var result: String?
  var changed: Int
  /// Of one run that was asked for.
  var steps: [StepLine]?

  init(_ run: JournalRun) {
    id = run.id
    command = run.command
    started = Date(timeIntervalSince1970: run.started).formatted(.iso8601)
    ended = run.ended.map { Date(timeIntervalSince1970: $0).formatted(.iso8601) }
    result = run.result
    changed = run.changed
  }
}

/// A step of a run as JSON.
private struct StepLine: Encodable {
  var host: String
  var phase: String
  var step: String
  var outcome: String?
  var seconds: Double?
  var detail: String?

  init(_ step: JournalStep) {
    (host, phase, self.step) = (step.host, step.phase, step.step)
    (outcome, seconds, detail) = (step.outcome, step.seconds, step.detail)
  }
}
