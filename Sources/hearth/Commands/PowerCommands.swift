import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Provision
import Smoke
import VirtualRack

struct ShutdownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shutdown",
    abstract: "Switch the whole rack off in order: workers, then the control plane, etcd last.",
    discussion: "Example:\n\n  hearth shutdown --yes")

  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if rackOptions.limit != nil { throw ValidationError("this is for the whole rack: --limit makes no sense here") }
  }

  func run() async throws {
    let run = try await RackRun.begin(
      "shutdown", options: rackOptions, access: access, sink: output.sink(), facts: false)
    let status = await run.finish { run in
      run.pause()
      try Approval(yes: yes, output: output).ask(
        question: "Switch off \(run.session.hosts.count) hosts of \(run.rack.cluster.name)?", for: "the shutdown")
      // Only to be told who works on the rack now, before anything is switched off under their hands.
      let look = await run.plan(
        [Phase("shutdown", title: "Shut down", resources: run.session.hosts.reduce(into: [:]) { $0[$1] = [] })],
        forChange: true)
      let held = look.failures.filter { $0.value.code == .locked }
      guard held.isEmpty else { throw HearthErrors(held.map { $0.value.at(Subject(host: $0.key)) }) }
      let failures = await Shutdown(rack: run.rack, shells: run.engine.currentShells, events: run.events).run()
      guard failures.isEmpty else { throw HearthErrors(failures) }
    }
    guard status == .done || status == .someHostsFailed else { throw status }
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

  @Option(help: "Seconds to wait for everything to serve.") var patience = 600
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rack = try rackOptions.load()
    if let lab = rack.lab {
      let virtual = VirtualRack(lab: Lab(name: lab))
      let planes = rack.controlPlane.map(\.name)
      for name in planes + rack.nodes.map(\.name).filter({ !planes.contains($0) }) { try await virtual.start(name) }
    } else {
      Terminal.writeError(
        "switch on: \(rack.controlPlane.map(\.name).joined(separator: ", ")) (control plane), then the others; any order works\n"
      )
    }
    let status = try await RackWatch(rack: rack, access: access, json: output.output == .json)
      .untilHealthy(limit: .seconds(patience))
    guard status.healthy else {
      Terminal.writeOutput(status.lines().joined(separator: "\n") + "\n")
      throw ExitStatus.failed
    }
  }
}
