package import Foundation

/// A unit of measure; its type keeps watts and watt-hours apart at compile time.
package protocol Measure: Sendable {
  /// As it is shown behind a number.
  static var symbol: String { get }
}

/// A number with its unit, exact in decimal.
package struct Quantity<Unit: Measure>: Sendable, Hashable {
  package var value: Decimal

  package init(_ value: Decimal) { self.value = value }

  /// Nil unless all of the text is a decimal number.
  package init?(exact text: some StringProtocol) {
    guard let value = Decimal(exact: text) else { return nil }
    self.value = value
  }

  /// Out of a measured binary number, such as a meter's reading, kept to nine significant digits. Nil for NaN and
  /// infinities.
  package init?(measured value: Double) {
    guard value.isFinite else { return nil }
    self.init(exact: String(format: "%.9g", value))
  }

  package static var zero: Self { Self(0) }
}

extension Quantity: Comparable {
  package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  package static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
  package static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  package static func += (left: inout Self, right: Self) { left.value += right.value }
  package static func -= (left: inout Self, right: Self) { left.value -= right.value }
  package static func * (left: Self, right: Decimal) -> Self { Self(left.value * right) }
  package static func * (left: Decimal, right: Self) -> Self { Self(left * right.value) }
  package static func / (left: Self, right: Decimal) -> Self { Self(left.value / right) }
  /// The divisor must not be zero.
  package static func / (left: Self, right: Self) -> Decimal { left.value / right.value }
}

extension Sequence {
  package func sum<Unit>() -> Quantity<Unit> where Element == Quantity<Unit> { reduce(.zero, +) }
}

extension Quantity: Codable {
  package init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Decimal.self)
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

extension Quantity: CustomStringConvertible {
  package var description: String { "\(value.brief) \(Unit.symbol)" }
  /// With so many digits behind the point.
  package func description(_ digits: Int) -> String { "\(value.fixed(digits)) \(Unit.symbol)" }
}
