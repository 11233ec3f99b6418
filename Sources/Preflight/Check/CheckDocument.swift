/// `docs/reference/check.md`, made from the rules' own words so that it cannot lag behind them.
package enum CheckDocument {
  package static var text: String {
    let rules = CheckRule.Severity.allCases.map { severity in
      let rows = CheckRule.allCases.filter { $0.severity == severity }.map { rule in
        "| `\(rule.rawValue)` | \(rule.title) | \(rule.remedy) | \(rule.fixedByUp ? "yes" : "") |"
      }
      return """
        ## \(heading(severity))

        | rule | what is wrong | remedy | `hearth up` fixes it |
        |---|---|---|---|
        \(rows.joined(separator: "\n"))

        """
    }
    return """
      # What `hearth check` finds

      `hearth check` asks every host once and tells every problem of every host at once, each with its remedy. It
      changes nothing. Errors that `hearth up` does not fix by itself stand in its way; warnings and notes do not.

      `--output json` names the rules as in the first column. This page is made from the same table as the program's
      messages: run the tests with `HEARTH_REWRITE=1` after changing a rule.

      \(rules.joined(separator: "\n"))
      """
  }

  private static func heading(_ severity: CheckRule.Severity) -> String {
    switch severity {
    case .error: "Errors: the cluster would not come up, or not stay up"
    case .warning: "Warnings: it works, with a loss that will be felt"
    case .info: "Notes: good to know"
    }
  }
}
