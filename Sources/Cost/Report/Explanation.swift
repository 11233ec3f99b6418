package import Diagnostics

/// Formulas, inputs and sources, all or those asked for.
package enum Explanation {
  /// - Parameter numbers: Beginnings of ids, such as `home`; empty means all.
  /// - Throws: ``HearthError`` `usage` when one of them names nothing.
  package static func text(_ report: CostReport, numbers: [String]) throws(HearthError) -> String {
    let all = report.derivations
    for number in numbers where !all.contains(where: { $0.id.hasPrefix(number) }) {
      throw HearthError(
        .usage, "this report has no number `\(number)`", hint: "known are \(all.map(\.id).joined(separator: ", "))")
    }
    let chosen = all.filter { derivation in
      numbers.isEmpty || numbers.contains { derivation.id.hasPrefix($0) }
    }
    return chosen.map(\.text).joined(separator: "\n\n") + "\n"
  }
}
