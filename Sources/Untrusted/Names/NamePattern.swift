package import Diagnostics

/// What a name from outside may look like. A name that does not is refused, or becomes "unknown" where nothing needs it.
package struct NamePattern: Sendable {
  /// What it is, such as `a serial number`.
  package let title: String
  /// What would do, for people.
  package let rule: String
  let test: @Sendable ([UInt8]) -> Bool

  package init(_ title: String, rule: String, test: @escaping @Sendable ([UInt8]) -> Bool) {
    self.title = title
    self.rule = rule
    self.test = test
  }

  package func accepts(_ text: some StringProtocol) -> Bool { test(Array(text.utf8)) }

  /// The text, or nil where it is none of these names.
  package func optional(_ text: (some StringProtocol)?) -> String? {
    text.flatMap { accepts($0) ? String($0) : nil }
  }

  /// The text where it is one of these names.
  ///
  /// - Throws: `code`, with the field, what was read and the rule.
  package func check(
    _ text: some StringProtocol, of field: String, code: HearthError.Code = .remoteCommand
  ) throws(HearthError) -> String {
    guard accepts(text) else { throw .nonsense(field, text, wanted: "\(title) (\(rule))", code) }
    return String(text)
  }
}
