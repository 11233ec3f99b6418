import ArgumentParser

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version",
    abstract: "Show version, commit and platform of this program, and the versions of Kubernetes it can install.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try VersionReport()
    switch output.output {
    case .json: try JSONSink.write(report, as: .version)
    case .text: Terminal.writeOutput(report.lines.joined(separator: "\n") + "\n")
    }
  }
}
