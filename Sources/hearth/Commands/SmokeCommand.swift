import ArgumentParser
import Diagnostics
import Inventory
import Provision

struct SmokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smoke",
    abstract: "Prove that the cluster works: pods, Services, names, logs, exec, a rolling update.",
    discussion: """
      Runs small pods on every node, with payloads made for this run, and removes them again.
      docs/reference/smoke.md lists every condition. Examples:

        hearth smoke
        hearth smoke --disruptive --victim pi4
      """.flowing
  )

  @Flag(help: "Also cut a worker from the network for two minutes or so, and measure until its programs run elsewhere.")
  var disruptive = false

  @Option(
    help: ArgumentHelp("The worker that is cut off; without it the last one.", valueName: "host"),
    completion: Completions.hosts)
  var victim: String?

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if victim != nil, !disruptive { throw ValidationError("--victim is for --disruptive") }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    if let victim, rack.node(victim)?.roles.contains(.controlPlane) != false {
      let workers = rack.nodes.filter { !$0.roles.contains(.controlPlane) }.map(\.name)
      throw HearthError(
        .usage, "--victim: `\(victim)` is not a worker of this rack",
        hint: workers.isEmpty
          ? "the rack has no host that is only a worker" : "use one of: \(workers.joined(separator: ", "))")
    }
    let run = try await RackRun.begin("smoke", options: rackOptions, access: access, sink: output.sink(), facts: false)
    let status = await run.finish { run in
      try await run.smoke()
      if disruptive, await !run.hasFailures { try await run.failover(victim: victim) }
    }
    guard status == .done else { throw status }
  }
}
