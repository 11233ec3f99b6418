import Foundation
import Units

/// What two readings of one meter, one after the other, say about the time between them.
struct MeterInterval: Equatable {
  /// How long it is known what flowed.
  var seconds: Int
  var energy: WattHours

  /// Nil when nothing is known: after a gap, a step back of the clock or a counter that began again without a power
  /// reading. Nothing is ever filled in.
  ///
  /// - Parameters:
  ///   - seconds: Between the readings, by a clock that does not jump.
  ///   - longest: What is longer is a gap.
  init?(from first: MeterReading, to second: MeterReading, seconds: Int, longest: Int) {
    guard seconds > 0, seconds <= longest else { return nil }
    let hours = Hours(seconds: .init(seconds))
    let most = MeterReading.mostWatts * hours
    self.seconds = seconds
    if let before = first.counter, let after = second.counter, after >= before, after - before <= most {
      energy = after - before
    } else if let before = first.power, let after = second.power {
      energy = max(.zero, (before + after) / 2 * hours)
    } else {
      return nil
    }
  }
}
