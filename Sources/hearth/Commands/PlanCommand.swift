import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Provision

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show, field by field, what `hearth up` would change on which host; change nothing.",
    discussion: """
      With --output json the plan is written as one JSON document, which `hearth up PLAN` takes. Example:

        hearth plan --output json > plan.json && hearth up plan.json
      """.flowing
  )

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let run = try await RackRun.begin("plan", options: rackOptions, access: access, sink: output.quietSink())
    let status = await run.finish { run in
      let view = await run.view()
      Strangers(names: RemovalRules.strangers(rack: run.rack, view: view)).warn(run)
      let plan = try await run.plan(forChange: false, view: view)
      run.pause()
      switch output.output {
      case .json: Terminal.writeOutput(try plan.saved.json() + "\n")
      case .text: Terminal.writeOutput(plan.text(leftOut: run.silentHosts) + "\n")
      }
    }
    guard status == .done else { throw status }
  }
}
