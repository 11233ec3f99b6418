import Foundation

/// From amounts to places on a drawing. Drawing is the only thing here that is done in binary numbers.
struct Axis {
  var low: Double
  var high: Double
  var start: Double
  var end: Double

  func place(_ value: Double) -> Double {
    high > low ? start + (value - low) / (high - low) * (end - start) : start
  }

  /// Round numbers within the axis, about so many.
  func ticks(_ count: Int) -> [Double] {
    guard high > low else { return [low] }
    let raw = (high - low) / Double(count)
    let power = pow(10, floor(log10(raw)))
    let step = ([1, 2, 5, 10].first { $0 * power >= raw } ?? 10) * power
    return stride(from: (low / step).rounded(.up) * step, through: high * 1.0001, by: step).map { $0 }
  }

  static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
