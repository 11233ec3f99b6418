/// Binary digits of pi, which some ciphers begin with. Computing them takes less room than a table and shows that they
/// are what they are said to be.
enum Pi {
  /// Words that absorb the rounding of thousands of divisions.
  private static let guardWords = 2

  /// The fraction of pi in big-endian words, by Machin's formula: 16 arctan(1/5) - 4 arctan(1/239).
  static func fraction(words: Int) -> [UInt32] {
    var sum = FixedPoint(0, words: words + guardWords)
    sum.addArctangent(ofInverse: 5, times: 16, negative: false)
    sum.addArctangent(ofInverse: 239, times: 4, negative: true)
    return Array(sum.digits[1...words])
  }
}

/// A number with one word before the point and many after it.
private struct FixedPoint {
  /// Most significant first.
  private(set) var digits: [UInt32]

  init(_ whole: UInt32, words: Int) { digits = [whole] + [UInt32](repeating: 0, count: words) }

  /// Adds (or takes away) `times` * arctan(1/`inverse`), term by term until the terms vanish.
  mutating func addArctangent(ofInverse inverse: UInt32, times: UInt32, negative: Bool) {
    var power = FixedPoint(times, words: digits.count - 1)
    var first = power.divide(by: inverse, from: 0)
    var odd: UInt32 = 1
    var isMinus = negative
    while first < digits.count {
      var term = power
      _ = term.divide(by: odd, from: first)
      if isMinus { subtract(term, from: first) } else { add(term, from: first) }
      first = power.divide(by: inverse * inverse, from: first)
      odd += 2
      isMinus.toggle()
    }
  }

  /// - Parameter first: the word before which all are zero.
  /// - Returns: the same for the quotient.
  private mutating func divide(by divisor: UInt32, from first: Int) -> Int {
    var remainder: UInt64 = 0
    digits.withUnsafeMutableBufferPointer { digits in
      var index = first
      while index < digits.count {
        let value = remainder << 32 | UInt64(digits[index])
        digits[index] = UInt32(truncatingIfNeeded: value / UInt64(divisor))
        remainder = value % UInt64(divisor)
        index += 1
      }
    }
    return digits[first...].firstIndex { $0 != 0 } ?? digits.count
  }

  private mutating func add(_ other: FixedPoint, from first: Int) {
    var carry: UInt64 = 0
    var index = digits.count - 1
    while index >= 0, index >= first || carry != 0 {
      let value = UInt64(digits[index]) + UInt64(other.digits[index]) + carry
      digits[index] = UInt32(truncatingIfNeeded: value)
      carry = value >> 32
      index -= 1
    }
  }

  private mutating func subtract(_ other: FixedPoint, from first: Int) {
    var borrow: Int64 = 0
    var index = digits.count - 1
    while index >= 0, index >= first || borrow != 0 {
      let value = Int64(digits[index]) - Int64(other.digits[index]) - borrow
      digits[index] = UInt32(truncatingIfNeeded: value)
      borrow = value < 0 ? 1 : 0
      index -= 1
    }
  }
}
