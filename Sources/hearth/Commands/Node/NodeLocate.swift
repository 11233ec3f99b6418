import ArgumentParser
import Diagnostics
import Provision
import Inventory
import SSH
import Templates

struct NodeLocate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locate",
    abstract: "Blink the LED of hosts, so that you find them in the rack.",
    discussion: "Example:\n\n  hearth node locate pi3 --seconds 60")

  @Argument(help: "One or more hosts.", completion: Completions.hosts) var names: [String]
  @Option(help: ArgumentHelp("For how long.", valueName: "count")) var seconds = 30
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...3600).contains(seconds) else { throw ValidationError("--seconds takes a number from 1 to 3600") }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    for name in names where rack.node(name) == nil {
      throw HearthError(.usage, "there is no host named \(name)", hint: "see `hearth node list`")
    }
    let run = try await RackRun.begin(
      "node locate", rack: rack, hosts: names, inventory: try rackOptions.path(), access: access,
      sink: output.quietSink(), facts: false)
    let program = try Template("daily/locate").render(["seconds": seconds])
    let status = await run.finish { run in
      let errors = await HostCommand(shells: run.engine.currentShells).each { shell throws(HearthError) in
        // It names the LED once that blinks.
        let slot = rack.node(shell.host)?.slot.map { " (slot \($0))" } ?? ""
        let result = try await shell.run(
          program, input: [], timeout: .seconds(seconds + 20),
          onOutput: { _ in Terminal.writeError("\(shell.host)\(slot) blinks for \(seconds) s\n") })
        guard result.status == 0 else {
          throw HearthError(
            .unsupported, "this host has no LED that can be switched", subject: Subject(host: shell.host),
            hint: "look at its address on the label, or at the switch's port", command: "ls /sys/class/leds")
        }
      }
      guard errors.isEmpty else { throw HearthErrors(errors) }
    }
    guard status == .done else { throw status }
  }
}
