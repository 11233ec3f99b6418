/// What a value of the inventory may look like. The decoder checks by it; the JSON Schema and the reference are printed
/// from it.
package indirect enum Shape: Sendable {
  case text(TextShape)
  case integer(ClosedRange<Int>)
  case decimal(DecimalShape)
  case choice([Choice])
  /// Only `${NAME}`.
  case secret
  case list(Shape, minimum: Int)
  case map(keys: TextShape, values: TextShape)
  /// Names with values of any kind below them.
  case tree(TextShape)
  case object(ObjectShape)
  /// One of several; at most one of them is an object.
  case either([Shape])

  package struct Choice: Sendable {
    package var value: String
    package var doc: String

    package init(value: String, doc: String) {
      self.value = value
      self.doc = doc
    }
  }
}

extension Shape {
  /// The words of a choice; none for other shapes.
  var words: [String] { if case .choice(let choices) = self { choices.map(\.value) } else { [] } }
}

/// A text with a form of its own.
package struct TextShape: Sendable {
  /// Completes "must be": `an IPv4 address such as 192.168.1.11`.
  package var expected: String
  package var example: String
  /// For the whole text, in the subset that Swift's and ECMAScript's regular expressions share; anchors are added.
  package var pattern: String

  package init(expected: String, example: String, pattern: String) {
    self.expected = expected
    self.example = example
    self.pattern = pattern
  }
}

/// A map with known keys.
package struct ObjectShape: Sendable {
  /// Completes "unknown key in": `a node`.
  var title: String
  var doc: String
  var keys: [KeyShape]
  /// Its keys exclude each other.
  var exactlyOne = false
}

package struct KeyShape: Sendable {
  package var name: String
  var doc: String
  var shape: Shape
  var isRequired: Bool
  /// What holds when the key is missing, in words or as YAML.
  var fallback: String?
  /// The value as one would write it.
  var example: String?
}

extension Shape {
  /// Completes "must be".
  var expected: String {
    switch self {
    case .text(let text): text.expected
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .decimal(let decimal): decimal.expected
    case .choice(let choices): (choices.count == 1 ? "" : "one of ") + choices.map(\.value).joined(separator: ", ")
    case .secret: "`${NAME}`, a variable of the environment"
    case .list: "a list"
    case .map: "a map of names and values"
    case .tree(let names): "a map whose keys are each \(names.expected)"
    case .object(let object):
      "a map with the key\(object.keys.count == 1 ? "" : "s") " + object.keys.map(\.name).joined(separator: ", ")
    case .either(let shapes): shapes.map(\.expected).joined(separator: ", or ")
    }
  }
}
