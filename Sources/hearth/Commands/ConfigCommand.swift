import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Untrusted

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "See what the inventory amounts to.", subcommands: [ConfigViewCommand.self],
    defaultSubcommand: ConfigViewCommand.self)
}

struct ConfigViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show the inventory with its defaults filled in, and where each value comes from; no host is asked.",
    discussion: "Secrets are shown as the variables that hold them. Example:\n\n  hearth config view | grep -v default")

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  private struct Document: Encodable {
    var file: String
    var values: [ConfigView.Line]
  }

  func run() throws {
    let file = try rackOptions.path()
    let view = try ConfigView(path: file, environment: ProcessInfo.processInfo.environment)
    switch output.output {
    case .json: try JSONSink.write(Document(file: file, values: view.lines), as: .config)
    case .text: Terminal.writeOutput(lines: ["# \(file)"] + Self.text(view.lines))
    }
  }

  /// Indented as YAML, the source behind each value in a column of its own.
  static func text(_ lines: [ConfigView.Line]) -> [String] {
    let left = lines.map { line in
      let indentation = String(repeating: "  ", count: max(0, line.path.count - 1))
      return "\(indentation)\(line.path.last ?? ""):\(line.value.map { " \($0)" } ?? "")".visibleLine
    }
    let width = min(60, left.map(\.count).max() ?? 0)
    return zip(left, lines).map { "\($0.padding(width))  # \($1.source)" }
  }
}
