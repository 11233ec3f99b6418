import ArgumentParser
import Bootstrap
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
      """.flowing
  )

  @Argument(help: "A saved plan.", completion: .file(extensions: ["json"]))
  var plan: String?

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(name: .long, help: "Do not smoke-test afterwards.")
  var skipSmoke = false

  @Flag(name: .long, help: "Leave ~/.kube/config alone.")
  var skipKubeconfig = false

  @OptionGroup var wait: WaitOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let approved = try plan.map { path throws(HearthError) in try SavedPlan.load(path) }
    let run = try await RackRun.begin(
      "up", options: rackOptions, access: access, sink: output.sink(), limits: wait.limits)
    let status = await run.finish { run in
      if run.hasUnfinishedRestore {
        let text = "a restore was begun and not finished: if this `up` fails, run the same `hearth restore` again"
        run.events.emit(.note(level: .warning, host: nil, text: text))
      }
      let view = await run.view()
      try Strangers(names: RemovalRules.strangers(rack: run.rack, view: view)).refuse(run)
      let plan = try await run.plan(forChange: true, view: view)
      try await run.refuseUpgrade(plan)
      if let approved {
        // What was approved may have been done already; then there is nothing to compare.
        if plan.changeCount > 0 || !plan.failures.isEmpty { try plan.matches(approved) }
      } else if plan.changeCount > 0 {
        try Approval(yes: yes, output: output).ask(plan, run)
      }
      if plan.changeCount > 0 { try await run.apply(plan) }
      if await run.isWhole { run.forgetRestore() }
      guard try plan.changeCount > 0 || run.isUnproven() else { return }
      if !skipKubeconfig, await run.controlPlaneServes { try await run.mergeKubeconfig() }
      guard !skipSmoke else { return }
      guard await run.isWhole else {
        return run.events.emit(
          .note(level: .info, host: nil, text: "No smoke test: it needs all hosts (`hearth smoke` runs it by itself)"))
      }
      try await run.smoke()
    }
    guard status == .done else { throw status }
  }
}
