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
  ///   - trust: What is known of the counter so far; renewed.
  ///   - doubt: Set when a reading was not believed.
  init?(
    from first: MeterReading, to second: MeterReading, seconds: Int, longest: Int, trust: inout CounterTrust,
    doubt: inout MeterDoubt?
  ) {
    guard seconds > 0, seconds <= longest else {
      trust = CounterTrust()
      return nil
    }
    let hours = Hours(seconds: .init(seconds))
    let expected: WattHours? =
      if let before = first.power, let after = second.power { max(.zero, (before + after) / 2 * hours) } else { nil }
    self.seconds = seconds
    guard let before = first.counter, let after = second.counter else {
      guard let expected else { return nil }
      energy = expected
      return
    }
    let counted = after - before
    guard let expected else {
      // A counter alone may begin again, or leap.
      guard counted >= .zero else { return nil }
      guard counted <= MeterReading.mostWatts * 7 * hours else {
        doubt = .leap(counted, seconds, watts: nil)
        return nil
      }
      energy = counted
      return
    }
    let peak = max(first.power ?? .zero, second.power ?? .zero)
    trust.look(at: after, promised: second.step)
    energy = trust.judge(counted: counted, expected: expected, peak: peak, seconds: seconds, doubt: &doubt)
  }
}
