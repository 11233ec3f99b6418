import Foundation
package import Units

/// What a meter said at one moment.
package struct MeterReading: Sendable, Equatable {
  /// Now; nil for meters that only count.
  package var power: Watts?
  /// Since the meter began to count; may begin again at any time. Nil for meters that do not count.
  package var counter: WattHours?

  package init(power: Watts? = nil, counter: WattHours? = nil) {
    self.power = power
    self.counter = counter
  }

  /// No household socket gives more; a kilowatt that was meant as a watt does.
  package static let mostWatts = Watts(25_000)
}
