import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Provision
import Smoke

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

  @Flag(name: .long, help: "Leave the user's kubeconfig alone.")
  var skipKubeconfig = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let saved = try plan.map { path throws(HearthError) in try SavedPlan.load(path) }
    let rack = try rackOptions.load()
    let names = try rackOptions.hosts(of: rack)
    let run = try await RackRun.begin("up", rack: rack, hosts: names, access: access, output: output)
    let status = try await run.finish { run throws in
      let plan = try await run.plan()
      if let saved {
        let differences = plan.saved.differences(from: saved)
        guard differences.isEmpty else { throw SavedPlanOutdated.error(differences) }
      } else if plan.changeCount > 0 {
        run.pause()
        if output.output == .text { Terminal.writeError(plan.text(style: Terminal().style) + "\n") }
        guard yes || Question.canAsk else {
          throw HearthError(
            .refused, "the plan has \(plan.changeCount) changes and nobody is there to approve them",
            hint: "run `hearth up --yes`, or approve a saved plan: `hearth plan --output json > plan.json`")
        }
        guard yes || Question.confirm("Apply these \(plan.changeCount) changes?") else {
          throw HearthError(.refused, "stopped before any change")
        }
      }
      try await run.apply(plan)
      if !skipKubeconfig { try await run.mergeKubeconfig() }
      if !skipSmoke, plan.changeCount > 0 { try await run.smoke() }
    }
    guard status == .done else { throw status }
  }
}
