/// A value that no log, error, event or dump can print: `description`, `debugDescription` and mirrors show a mask.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: Value

  package init(_ value: Value) { self.value = value }

  /// The value itself, named so that every use of it stands out in a review.
  package func reveal() -> Value { value }

  package var description: String { "•••" }
  package var debugDescription: String { "•••" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}
