/// One thing that `hearth check` found.
package struct CheckFinding: Sendable, Equatable, Codable {
  package var rule: CheckRule
  /// Nil for what concerns the rack as a whole.
  package var host: String?
  package var severity: CheckRule.Severity
  /// What is wrong, a few words.
  package var title: String
  /// What was seen: numbers, names, units.
  package var detail: String
  /// What to do about it.
  package var remedy: String
  /// `hearth up` fixes it itself.
  package var fixedByUp: Bool

  package init(_ rule: CheckRule, host: String? = nil, _ detail: String, remedy: String? = nil) {
    self.rule = rule
    self.host = host
    severity = rule.severity
    title = rule.title
    self.detail = detail
    self.remedy = remedy ?? rule.remedy
    fixedByUp = rule.fixedByUp
  }

  /// `hearth up` must not go on.
  package var isBlocking: Bool { severity == .error && !fixedByUp }
}
