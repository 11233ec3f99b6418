package import Foundation
import Units

extension Kind {
  /// A text of the given form. `parse` may refuse what the pattern cannot express.
  package static func text(_ shape: TextShape, parse: @escaping @Sendable (String, Decoding) -> Value?) -> Kind {
    Kind(shape: .text(shape)) { tree, decoding in
      guard case .scalar(let scalar) = tree.content, scalar.meaning == .text else {
        guard case .scalar(let scalar) = tree.content, !scalar.isNull else {
          return decoding.mismatch(tree, .text(shape))
        }
        let hint = shape.advice(for: scalar)?.hint ?? "put quotes around it: \"\(scalar.written)\""
        return decoding.mismatch(tree, .text(shape), hint: hint)
      }
      guard decoding.matches(scalar.text, shape), let value = parse(scalar.text, decoding) else {
        let advice = shape.advice(for: scalar)
        return decoding.mismatch(tree, .text(shape), hint: advice?.hint, command: advice?.command)
      }
      return value
    }
  }
}

extension Kind where Value == String {
  package static func text(_ shape: TextShape) -> Kind { text(shape) { text, _ in text } }

  /// A path: `~` is the operator's home, anything else that is not absolute lies beside the file.
  package static let path = text(.path) { text, decoding in
    if text == "~" { return decoding.home }
    if text.hasPrefix("~/") { return decoding.home + text.dropFirst() }
    if text.hasPrefix("/") { return text }
    return decoding.folder + "/" + (text.hasPrefix("./") ? text.dropFirst(2) : text[...])
  }
}

extension Kind where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> Kind {
    Kind(shape: .integer(range)) { tree, decoding in
      guard case .scalar(let scalar) = tree.content, !scalar.isNull else {
        return decoding.mismatch(tree, .integer(range))
      }
      let isWritten = scalar.meaning == .number || scalar.isFromEnvironment
      guard let number = Int(scalar.text), String(number) == scalar.text, range.contains(number) else {
        return decoding.mismatch(tree, .integer(range))
      }
      return isWritten ? number : decoding.mismatch(tree, .integer(range), hint: "remove the quotes")
    }
  }
}

extension Kind where Value: RawRepresentable, Value.RawValue == String {
  package static func choice(_ choices: [(value: Value, doc: String)], synonyms: [String: Value] = [:]) -> Kind {
    let shape = Shape.choice(choices.map { Shape.Choice(value: $0.value.rawValue, doc: $0.doc) })
    let known = choices.map(\.value.rawValue)
    return Kind(shape: shape) { tree, decoding in
      guard case .scalar(let scalar) = tree.content, !scalar.isNull else { return decoding.mismatch(tree, shape) }
      if scalar.meaning == .text, known.contains(scalar.text) { return Value(rawValue: scalar.text) }
      let words = known + synonyms.keys.sorted()
      let near = scalar.isFromEnvironment ? nil : nearest(to: scalar.written, among: words)
      let meant = near.map { synonyms[$0]?.rawValue ?? $0 }
      return decoding.mismatch(tree, shape, hint: meant.map { "did you mean `\($0)`?" })
    }
  }
}

extension TextShape {
  package static let path = TextShape(
    expected: "a path (`~/` is your home; relative ones begin at the inventory's folder)", example: "~/.ssh/id_ed25519",
    pattern: #"~(/.*)?|[^~].*"#
  ) { $0.hasPrefix("~") ? Advice("write the path of that user's home in full") : nil }

  /// Looks at the text as written, never at a value from the environment.
  func advice(for scalar: YAMLTree.Scalar) -> Advice? {
    scalar.isFromEnvironment ? Advice("look at the variables it is made of") : advice(scalar.written)
  }

  package func matches(_ text: String) -> Bool {
    guard let regex = try? Regex(pattern) else { return false }
    return (try? regex.wholeMatch(in: text)) != nil
  }
}

/// A number with a decimal point, such as an amount of money or watts; never binary floating point.
package struct DecimalShape: Sendable {
  /// What the number counts, such as `watts`; completes "must be a number of".
  package var what: String
  package var range: ClosedRange<Decimal>
  /// Why nothing plausible lies outside of the range.
  package var reason: String?

  package init(_ what: String, _ range: ClosedRange<Decimal>, reason: String? = nil) {
    self.what = what
    self.range = range
    self.reason = reason
  }

  /// Completes "must be".
  var expected: String { "a number of \(what) from \(range.lowerBound) to \(range.upperBound)" }
}

extension Kind where Value == Decimal {
  package static func decimal(_ shape: DecimalShape) -> Kind {
    Kind(shape: .decimal(shape)) { tree, decoding in
      guard case .scalar(let scalar) = tree.content, !scalar.isNull else {
        return decoding.mismatch(tree, .decimal(shape))
      }
      guard let number = Decimal(numeral: scalar.text) else {
        return decoding.mismatch(tree, .decimal(shape), hint: DecimalShape.help(scalar))
      }
      guard shape.range.contains(number) else { return decoding.mismatch(tree, .decimal(shape), hint: shape.reason) }
      let isWritten = scalar.meaning == .number || scalar.isFromEnvironment
      return isWritten ? number : decoding.mismatch(tree, .decimal(shape), hint: "remove the quotes")
    }
  }
}

extension DecimalShape {
  fileprivate static func help(_ scalar: YAMLTree.Scalar) -> String? {
    if scalar.isFromEnvironment { return "look at the variables it is made of" }
    if Decimal(numeral: scalar.written.replacing(",", with: ".")) != nil {
      return "write the decimal point as a point: \(scalar.written.replacing(",", with: "."))"
    }
    let digits = scalar.written.prefix { $0.isNumber || $0 == "." }
    return Decimal(numeral: String(digits)) == nil ? nil : "write the number alone, without a unit: \(digits)"
  }
}

extension Decimal {
  /// Digits with at most one point, an optional sign and an optional exponent; anything else is nil.
  package init?(numeral text: String) {
    guard Numeral.isDecimal(text), let number = Decimal(string: text, locale: Decimal.plainLocale) else { return nil }
    self = number
  }
}
