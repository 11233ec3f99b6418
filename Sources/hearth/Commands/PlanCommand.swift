import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Operations
import Provision

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show, field by field, what `hearth up` would change on which host; change nothing.",
    discussion: """
      A long plan is shown at a glance: what changes on which hosts, and each restart, reboot and deletion; --detail shows
      every field. With --output json the plan is written as one JSON document, which `hearth up PLAN` takes. Example:

        hearth plan --output json > plan.json && hearth up plan.json
      """.flowing
  )

  @Flag(help: "Every field, however many there are.") var detail = false
  @Flag(help: "End with 2 when there are changes, with 0 when there are none.") var exitCode = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let run = try await RackRun.begin("plan", options: rackOptions, access: access, sink: output.quietSink())
    let status = await run.finish { run in
      let view = await run.view()
      let orphans = OrphanedNodes(run.rack, view)
      if !orphans.isEmpty {
        run.note("\(orphans.text); `hearth up` will ask whether to keep or remove it", .warning)
      }
      let plan = try await run.plan(forChange: false, view: view)
      run.pause()
      switch output.output {
      case .json: Terminal.writeJSON(try plan.saved(of: run.planOrigin).json() + "\n")
      case .text:
        let text = PlanText(style: Terminal().outputStyle, isDetailed: detail)
        Terminal.writeOutput(text.render(plan, leftOut: run.silentHosts) + "\n")
      }
      if exitCode, plan.changeCount > 0 { throw ExitStatus.usage }
    }
    guard status == .done else { throw status }
  }
}
