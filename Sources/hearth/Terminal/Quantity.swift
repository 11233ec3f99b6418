import Foundation
import Untrusted

/// Times and sizes as people read them.
enum Quantity {
  /// `0.4 s`, `12.3 s`, `2 min 5 s`.
  static func seconds(_ value: Double) -> String {
    guard value >= 100 else { return String(format: "%.1f s", value) }
    let whole = Int(nearest: value)
    return "\(whole / 60) min \(whole % 60) s"
  }

  /// With so many digits behind the point.
  static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  /// `40 µs`, `2.4 ms`.
  static func microseconds(_ value: Int) -> String {
    value < 100 ? "\(value) µs" : "\(number(Double(value) / 1000, 1)) ms"
  }

  /// `999 B`, `12.3 kB`, `109.0 MB`; powers of ten, as disks and networks are sold.
  static func bytes(_ value: Int) -> String {
    var amount = Double(value)
    for unit in ["B", "kB", "MB"] {
      if amount < 1000 { return unit == "B" ? "\(value) B" : String(format: "%.1f %@", amount, unit) }
      amount /= 1000
    }
    return String(format: "%.1f GB", amount)
  }
}
