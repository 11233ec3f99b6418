package import Foundation

extension Decimal {
  /// Reads plain decimal notation, all of it or nothing: `0.0978`, `-3`, `1.25e-7`. No locale, no binary detour, and
  /// no prefix that happens to be a number, which is what Foundation's own reader accepts.
  package init?(exact text: some StringProtocol) {
    guard text.utf8.count <= 60, Numeral.isDecimal(text),
      let value = Decimal(string: String(text), locale: Decimal.plainLocale), value.isFinite
    else { return nil }
    self = value
  }

  /// Points as points, wherever the program runs.
  package static let plainLocale = Locale(identifier: "en_US_POSIX")

  /// `numerator` / `denominator`: a way to write constants that are not whole without a binary literal.
  package init(_ numerator: Int, over denominator: Int) {
    self = Decimal(numerator) / Decimal(denominator)
  }

  /// Rounded to so many digits behind the point, halves away from zero as merchants do.
  package func rounded(_ digits: Int) -> Decimal {
    var value = self
    var result = Decimal()
    NSDecimalRound(&result, &value, digits, .plain)
    return result
  }

  package func roundedUp(_ digits: Int = 0) -> Decimal {
    var value = self
    var result = Decimal()
    NSDecimalRound(&result, &value, digits, .up)
    return result
  }

  /// With exactly so many digits behind the point, `.` as the point and no grouping: `-0.50`.
  package func fixed(_ digits: Int) -> String {
    let rounded = rounded(digits)
    let isNegative = rounded < 0
    var scaled = isNegative ? -rounded : rounded
    for _ in 0..<digits { scaled *= 10 }
    var text = "\(scaled)"
    if digits > 0 {
      text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
      text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
    }
    return (isNegative ? "-" : "") + text
  }

  /// The shortest exact notation.
  package var plain: String { "\(self)" }

  /// As people read it: exact where it is short, else eight significant digits and at least two behind the point. What
  /// was divided, such as a year's price by its hours, has no end.
  package var brief: String {
    var digits = 8
    var size = magnitude
    while size >= 1, digits > 2 {
      size /= 10
      digits -= 1
    }
    while size > 0, size < Decimal(1, over: 10), digits < 36 {
      size *= 10
      digits += 1
    }
    return rounded(digits).plain
  }

  /// For drawing only: never goes back into a calculation.
  package var approximate: Double { (self as NSDecimalNumber).doubleValue }

  package var isWhole: Bool { rounded(0) == self }

  /// This, at least 0, to the power of a whole exponent of any sign.
  package func raised(to exponent: Int) -> Decimal {
    var result: Decimal = 1
    var factor = self
    var rest = abs(exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      rest >>= 1
      if rest > 0 { factor *= factor }
    }
    return exponent < 0 ? 1 / result : result
  }

  /// The n-th root of a positive number by Newton's method, to about thirty digits.
  package func root(_ n: Int) -> Decimal {
    guard self > 0, n > 1 else { return self }
    var guess: Decimal = self > 1 ? 1 + (self - 1) / Decimal(n) : 1
    for _ in 0..<200 {
      let next = (Decimal(n - 1) * guess + self / guess.raised(to: n - 1)) / Decimal(n)
      let change = next - guess
      guess = next
      if change.magnitude < Decimal(sign: .plus, exponent: -30, significand: 1) { break }
    }
    return guess
  }
}

/// Decimal notation, told byte by byte: an expression would be compiled again for each number of a list of thousands.
package enum Numeral {
  /// An optional sign, digits with at most one point, and an optional exponent of at most `exponentDigits` digits.
  package static func isDecimal(_ text: some StringProtocol, exponentDigits: Int = 2) -> Bool {
    var rest = Array(text.utf8)[...]
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let whole = takeDigits(&rest)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits(&rest)
    }
    guard whole > 0 || fraction > 0 else { return false }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
      guard (1...exponentDigits).contains(takeDigits(&rest)) else { return false }
    }
    return rest.isEmpty
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    rest = rest.dropFirst(digits)
    return digits
  }
}
