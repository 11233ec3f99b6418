package import Foundation

/// A share or a factor without unit: 0.25 is a quarter.
package struct Ratio: Sendable, Hashable, Comparable, Codable {
  package var value: Decimal

  package init(_ value: Decimal) { self.value = value }
  package static func percent(_ value: Decimal) -> Ratio { Ratio(value / 100) }

  package static let zero = Ratio(0)
  package static let one = Ratio(1)

  package var percent: Decimal { value * 100 }
  /// What is left of the whole.

  package static func < (left: Ratio, right: Ratio) -> Bool { left.value < right.value }
  package static func * (left: Ratio, right: Ratio) -> Ratio { Ratio(left.value * right.value) }
  package static func * <Unit>(left: Quantity<Unit>, right: Ratio) -> Quantity<Unit> { left * right.value }
  package static func / <Unit>(left: Quantity<Unit>, right: Ratio) -> Quantity<Unit> { left / right.value }

  package init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Decimal.self)
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

extension Ratio: CustomStringConvertible {
  /// `25 %`, with the digits it has but at most two.
  package var description: String { "\(percent.rounded(2).plain) %" }
}
