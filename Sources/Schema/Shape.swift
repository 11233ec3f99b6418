/// What a value may look like. The decoder checks by it; the JSON Schema and the reference are printed
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
  /// What to write instead of a text that is not of this form.
  package var advice: @Sendable (_ written: String) -> Advice?

  package struct Advice: Sendable {
    package var hint: String
    package var command: String?
    package init(_ hint: String, command: String? = nil) {
      self.hint = hint
      self.command = command
    }
  }

  package init(
    expected: String, example: String, pattern: String,
    advice: @escaping @Sendable (_ written: String) -> Advice? = { _ in nil }
  ) {
    self.expected = expected
    self.example = example
    self.pattern = pattern
    self.advice = advice
  }
}

/// A map with known keys.
package struct ObjectShape: Sendable {
  /// Completes "unknown key in": `a node`.
  package var title: String
  package var doc: String
  package var keys: [KeyShape]
  /// Its keys exclude each other.
  package var exactlyOne = false
}

package struct KeyShape: Sendable {
  package var name: String
  package var doc: String
  package var shape: Shape
  package var isRequired: Bool
  /// What holds when the key is missing, in words or as YAML.
  package var fallback: String?
  /// The value as one would write it.
  package var example: String?
}

extension Shape {
  /// Completes "must be".
  package var expected: String {
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

extension Shape {
  /// The keys of a map, also where something simpler may stand instead.
  package var objectKeys: [String] { object?.keys.map(\.name) ?? [] }

  package var object: ObjectShape? {
    switch self {
    case .object(let object): object
    case .either(let shapes): shapes.lazy.compactMap(\.object).first
    default: nil
    }
  }
}
