import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Operations
import Provision
import Smoke

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show nodes, versions, conditions and days left on certificates.",
    discussion: """
      Ends with 1 when something is wrong. --watch goes on until Ctrl-C or q: on a terminal the screen is refreshed, in a
      pipe each look follows the one before. Examples:

        hearth status --output json
        hearth status --watch --every 5
      """.flowing)

  @Option(
    help: ArgumentHelp(
      "Watch until everything is up, for at most this many seconds; says each stage on the way.", valueName: "seconds"))
  var wait: Int?

  @Flag(help: "Look again and again.") var watch = false
  @Option(
    help: ArgumentHelp("With --watch: seconds between two looks, 2 to 3600; 10 unless given.", valueName: "seconds"))
  var every: Int?

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if watch && wait != nil { throw ValidationError("--watch and --wait exclude each other") }
    if let every {
      guard watch else { throw ValidationError("--every goes with --watch") }
      try ScreenOptions.check(every: every)
    }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    let names = try rackOptions.hosts(of: rack)
    if let wait {
      let status = try await RackWatch(rack: rack, access: access, json: output.output == .json)
        .untilHealthy(limit: .seconds(wait))
      if !status.healthy { throw ExitStatus.failed }
      return
    }
    if watch {
      return await watch(try await RackLook.open(rack, access: access), names)
    }
    let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false)
    var whole = await ClusterStatus.collect(
      rack: rack, shells: session.survey.fleet.shells, failures: session.survey.failures,
      isDetailed: output.output == .json)
    whole.warnings += await MovedBoards(session: session).sentences()
    await session.survey.fleet.close()
    let status = whole.limited(to: names)
    try write(status)
    if !status.healthy { throw ExitStatus.failed }
  }

  private func write(_ status: ClusterStatus) throws {
    switch output.output {
    case .json: try JSONSink.write(status, as: .status)
    case .text: Terminal.writeOutput(lines: status.lines())
    }
  }

  private func watch(_ look: RackLook, _ names: [String]) async {
    let every = Duration.seconds(every ?? 10)
    let term = ProcessInfo.processInfo.environment["TERM"]
    if output.output == .text, !output.plain, RawTerminal.isThere(term: term) {
      await FullScreen<StatusProgram>(every: every) { await look.status().limited(to: names) }
        .run(StatusProgram(style: Terminal().screenStyle))
    } else {
      let stop = StopFlag()
      Interrupts.shared.set(Interrupts.Run(stop: { stop.raise() }, farewell: {}))
      defer { Interrupts.shared.set(nil) }
      while !stop.isRaised, Terminal.hasReader {
        let status = await look.status().limited(to: names)
        if stop.isRaised { break }
        if output.output == .text { Terminal.writeOutput("\(Date().formatted(.iso8601))\n") }
        try? write(status)
        if output.output == .text { Terminal.writeOutput("\n") }
        try? await Task.sleep(for: every)
      }
    }
    await look.close()
  }
}
