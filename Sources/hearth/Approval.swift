import Diagnostics
import Provision

/// The question between a plan and its changes.
struct Approval {
  var yes: Bool
  var output: OutputOptions

  /// Shows the plan and returns when a person, or `--yes`, agreed.
  func ask(_ plan: Plan, _ run: RackRun) throws(HearthError) {
    run.pause()
    if output.output == .text { Terminal.writeError(plan.text + "\n") }
    if yes { return }
    let count = plan.changeCount == 1 ? "1 change" : "\(plan.changeCount) changes"
    guard Question.canAsk else {
      throw HearthError(
        .refused, "the plan has \(count) and nobody is there to approve them",
        hint: "give --yes, or approve a saved plan: `hearth plan --output json > plan.json`, then `hearth up plan.json`"
      )
    }
    guard Question.confirm("Apply \(count)?") else { throw HearthError(.refused, "stopped before any change") }
  }
}
