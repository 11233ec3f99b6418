import Foundation

/// How much longer than usual hearth waits, for slow boards and emulated machines: `HEARTH_PATIENCE=4` makes every limit
/// four times as long.
package enum Patience {
  /// From 1 to 100; 1 where the variable is missing or no number.
  package static let factor = factor(of: ProcessInfo.processInfo.environment["HEARTH_PATIENCE"])

  package static func factor(of text: String?) -> Int {
    guard let text, let number = Int(text) else { return 1 }
    return min(max(number, 1), 100)
  }

  package static func seconds(_ seconds: Int) -> Int { seconds * factor }
}

extension Duration {
  /// So much longer as the environment asks for.
  package var patient: Duration { self * Patience.factor }
}
