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
      for name in names {
        let slot = rack.node(name)?.slot.map { " (slot \($0))" } ?? ""
        Terminal.writeError("\(name)\(slot) will blink for \(seconds) s\n")
      }
      let errors = await HostCommand(shells: run.engine.currentShells).each { shell throws(HearthError) in
        let result = try await shell.run(program, timeout: .seconds(seconds + 20))
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
