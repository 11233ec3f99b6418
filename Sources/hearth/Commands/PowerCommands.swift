import ArgumentParser
import Diagnostics
import Inventory
import Operations
import Smoke

struct ShutdownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shutdown",
    abstract: "Switch the whole rack off in order: workers, then the control plane, etcd last.",
    discussion: "Example:\n\n  hearth shutdown --yes")

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  func run() async throws {
    let run = try await RackRun.begin(
      "shutdown", options: rackOptions, access: access, sink: output.sink(), facts: false)
    let status = await run.finish { run in
      run.pause()
      try Approval(consent, output: output).ask(
        question: "Switch off \(run.session.hosts.count) hosts of \(run.rack.cluster.name)?", for: "the shutdown")
      try await Shutdown(run).run()
    }
    guard status == .done else { throw status }
  }
}

struct StartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Bring a rack back that was switched off, and watch it until everything serves.",
    discussion: """
      Virtual hosts are switched on, the control plane first. Real ones are switched on by you, in any order; hearth watches.
      Example:

        hearth start
      """.flowing)

  @OptionGroup var preview: PreviewOptions
  @Option(help: ArgumentHelp("Seconds to wait for everything to serve.", valueName: "seconds")) var patience = 600
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    guard (1...86_400).contains(patience) else { throw ValidationError("--patience takes 1 to 86400 seconds") }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    if preview.dryRun {
      return output.sink().emit(.note(level: .info, host: nil, text: Start.preview(rack)))
    }
    if rack.lab == nil {
      Terminal.writeError(
        "switch on: \(rack.controlPlane.map(\.name).joined(separator: ", ")) (control plane), then the others; any order works\n"
      )
    }
    // The first interrupt ends the watch, and says what stays on.
    Interrupts.shared.set(Interrupts.Run(stop: {}, farewell: { Terminal.writeError("\nstopped\n") }))
    defer { Interrupts.shared.set(nil) }
    let status = try await Start(RackWatch(rack: rack, access: access, json: output.output == .json))
      .run(patience: .seconds(patience))
    guard status.healthy else {
      Terminal.writeOutput(lines: status.lines())
      throw ExitStatus.failed
    }
  }
}
