import Diagnostics
import Provision

/// The question between what is about to happen and its happening.
struct Approval {
  var yes: Bool
  var output: OutputOptions
  /// Shows what is about to happen, and ends there.
  var dryRun = false
  /// Shows every field of a plan, however many there are.
  var isDetailed = false

  /// Ends a dry run; ``RackRun/finish(_:)`` takes it for success.
  static let previewed = HearthError(.refused, "dry run: nothing was changed")

  static func isPreviewed(_ error: HearthError) -> Bool {
    error.code == previewed.code && error.message == previewed.message
  }

  /// Shows the plan and returns when a person, or `--yes`, agreed.
  func ask(_ plan: Plan, _ run: RackRun) throws(HearthError) {
    run.pause()
    if output.output == .text {
      Terminal.writeError(PlanText(style: Terminal().style, isDetailed: isDetailed).render(plan) + "\n")
    }
    if dryRun {
      if output.output == .json { try? JSONSink.write(plan.saved(of: run.planOrigin), as: .plan) }
      throw Self.previewed
    }
    if yes { return }
    let count = plan.changeCount == 1 ? "1 change" : "\(plan.changeCount) changes"
    guard Question.canAsk else {
      let saved = ", or approve a saved plan: `hearth plan --output json > plan.json`, then `hearth up plan.json`"
      throw HearthError(
        .refused, "\(count) need\(plan.changeCount == 1 ? "s" : "") approval, and there is no terminal to ask on",
        hint: "give --yes" + (run.command == "up" ? saved : ""))
    }
    try Self.confirm("Apply \(count)?")
  }

  /// As ``ask(_:_:)``, for what is told in words.
  ///
  /// - Parameter what: such as `the upgrade`, for a place without a person.
  func ask(_ words: String? = nil, question: String, for what: String) throws(HearthError) {
    if output.output == .text, let words { Terminal.writeError(words + "\n") }
    if dryRun {
      let text = words ?? "It would ask: \(question)"
      if output.output == .json { JSONSink().emit(.note(level: .info, host: nil, text: text)) }
      if output.output == .text, words == nil { Terminal.writeError(text + "\n") }
      throw Self.previewed
    }
    if yes { return }
    guard Question.canAsk else {
      throw HearthError(
        .refused, "\(what) needs approval, and there is no terminal to ask on", hint: "give --yes")
    }
    try Self.confirm(question)
  }

  private static func confirm(_ question: String) throws(HearthError) {
    guard Question.confirm(question) else { throw HearthError(.refused, "cancelled, nothing was changed") }
  }
}

extension Approval {
  init(_ consent: ConsentOptions, output: OutputOptions) {
    self.init(yes: consent.yes, output: output, dryRun: consent.preview.dryRun)
  }
}
