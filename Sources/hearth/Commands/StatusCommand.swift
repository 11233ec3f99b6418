import ArgumentParser
import Diagnostics
import Inventory
import Provision
import Smoke

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show nodes, versions, conditions and days left on certificates.",
    discussion: "Ends with 1 when something is wrong. Example:\n\n  hearth status --output json"
  )

  @Option(help: "Watch until everything is up, for at most this many seconds; says each stage on the way.")
  var wait: Int?

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rack = try rackOptions.load()
    if let wait {
      let status = try await RackWatch(rack: rack, access: access, json: output.output == .json)
        .untilHealthy(limit: .seconds(wait))
      if !status.healthy { throw ExitStatus.failed }
      return
    }
    let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false)
    let status = await ClusterStatus.collect(
      rack: rack, shells: session.survey.fleet.shells, failures: session.survey.failures)
    await session.survey.fleet.close()
    switch output.output {
    case .json: try JSONSink.write(status)
    case .text: Terminal.writeOutput(status.lines().joined(separator: "\n") + "\n")
    }
    if !status.healthy { throw ExitStatus.failed }
  }
}
