import ArgumentParser
import Diagnostics
import Inventory
import Provision

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Make the rack what the inventory says, then prove that it works.",
    discussion: """
      Shows what would change on which host, asks, and does it. Run again it changes nothing; run after a failure it
      goes on. A plan saved with `hearth plan --output json > plan.json` can be given: it is applied only if it is
      still exactly what would happen. Examples:

        hearth up
        hearth up --yes --limit pi3
        hearth up plan.json
      """
  )

  @Argument(help: "A saved plan.", completion: .file(extensions: ["json"]))
  var plan: String?

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(name: .long, help: "Do not smoke-test afterwards.")
  var skipSmoke = false

  @Flag(name: .long, help: "Leave ~/.kube/config alone.")
  var skipKubeconfig = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let approved = try plan.map { path throws(HearthError) in try SavedPlan.load(path) }
    let run = try await RackRun.begin("up", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      let plan = try await run.plan(forChange: true)
      try await run.refuseUpgrade(plan)
      if let approved {
        try plan.matches(approved)
      } else if plan.changeCount > 0 {
        try Approval(yes: yes, output: output).ask(plan, run)
      }
      guard plan.changeCount > 0 else { return }
      try await run.apply(plan)
      guard run.session.hosts.count == run.rack.nodes.count, await !run.hasFailures else { return }
      if !skipKubeconfig { try await run.mergeKubeconfig() }
      if !skipSmoke { try await run.smoke() }
    }
    guard status == .done else { throw status }
  }
}
