package import Foundation
import Units

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
