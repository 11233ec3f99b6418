import Foundation

/// A Kubernetes quantity such as `100m`, `0.5` or `64Mi`; equal when the amounts are.
struct Quantity: Equatable {
  /// In thousandths.
  let thousandths: Decimal

  private static let suffixes: [String: Decimal] = [
    "": 1000, "m": 1, "k": 1_000_000, "M": 1_000_000_000, "G": 1_000_000_000_000, "T": 1_000_000_000_000_000,
    "Ki": 1000 * 1024, "Mi": 1000 * 1_048_576, "Gi": 1000 * 1_073_741_824, "Ti": 1000 * 1_099_511_627_776,
  ]

  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    guard !digits.isEmpty, digits.count <= 30, let factor = Self.suffixes[String(text.dropFirst(digits.count))],
      let value = Decimal(string: String(digits))
    else { return nil }
    thousandths = value * factor
  }
}
