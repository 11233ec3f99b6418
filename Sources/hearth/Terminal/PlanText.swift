import Diagnostics
import Provision

/// A plan as a person reads it: short ones field by field, long ones at a glance.
struct PlanText {
  var style: Style
  /// Every field, however long that gets.
  var isDetailed = false

  /// More lines than this are not read before a question.
  private static let longest = 40

  /// - Parameter leftOut: hosts that the plan does not even know, because nobody could log in.
  func render(_ plan: Plan, leftOut: [String] = []) -> Styled {
    let lines = plan.text(leftOut: leftOut).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard !isDetailed, lines.count > Self.longest, let footer = lines.last else {
      return lines.map(coloured).joined(separator: "\n")
    }
    let digest = PlanDigest(plan).lines.map { line in
      PlanDigest.Notice.Effect.allCases.contains { line.hasPrefix($0.rawValue) } ? style.yellow(line) : Styled(line)
    }
    let failures = plan.failures.sorted { $0.key < $1.key }.map { host, error in
      style.red("left out") + " \(host): \(error.message)"
    }
    return (digest + failures + ["", style.bold(footer) + " Every field: --detail"]).joined(separator: "\n")
  }

  /// Headings are bold, signs have their colour.
  private func coloured(_ line: String) -> Styled {
    if line.first.map({ $0 != " " }) == true { return style.bold(line) }
    let text = line.drop { $0 == " " }
    switch text.prefix(2) {
    case "+ ": return style.green(line)
    case "- ": return style.red(line)
    case "~ ", "> ": return style.yellow(line)
    default: return Styled(line)
    }
  }
}
