package import Diagnostics

/// A value that the inventory gives, and where, so that a report can say it.
package struct Stated<Value: Sendable & Equatable>: Sendable, Equatable {
  package var value: Value
  /// Empty when the value was not read from a file.
  package var subject: Subject

  package init(_ value: Value, at subject: Subject = Subject()) {
    self.value = value
    self.subject = subject
  }

  package func map<Other>(_ change: (Value) -> Other) -> Stated<Other> { Stated<Other>(change(value), at: subject) }
}
