import Foundation
import Units

/// How far a counter is believed beside the watts that the same meter shows.
struct CounterTrust: Equatable, Sendable {
  /// What the watts made since the counter moved last, and how long ago that was.
  var still = WattHours.zero
  var stillSeconds = 0
  /// The counter counts in steps of no more than this; nil while nothing is known of it.
  var step: WattHours?
  /// The counter stands although power flows.
  var stands = false
  /// Since the two were compared last.
  var counted = WattHours.zero
  var expected = WattHours.zero
  /// The counter runs more than twice as fast as its watts.
  var runsFast = false

  /// Some devices count in steps of ten watt-hours: one step and a little is neither a leap nor standing still.
  private static let coarsest = WattHours(10)
  private static let margin = Decimal(12, over: 10)
  /// Devices renew their counters every minute or two, whatever their steps are.
  private static let patience = 300
  /// The two are compared when the watts have made so much.
  private static let window = WattHours(50)
  /// Loads change between two looks; not by more than this.
  private static let factor: Decimal = 4

  /// A reading that is not a whole number of tens shows that the counter's steps are finer than that: it counts in whole
  /// watt-hours at least. What its maker promises needs no reading.
  mutating func look(at counter: WattHours, promised: WattHours? = nil) {
    let tens = counter.value / CounterTrust.coarsest.value
    let seen = tens.rounded(4) != tens.rounded(0) ? WattHours(1) : nil
    for known in [seen, promised] {
      if let known { step = min(step ?? known, known) }
    }
  }

  /// Power flows for longer than the counter needs for its next step.
  private var isStill: Bool {
    stillSeconds >= CounterTrust.patience && still > (step ?? CounterTrust.coarsest) * CounterTrust.margin
  }

  /// The energy to count.
  mutating func judge(
    counted: WattHours, expected: WattHours, peak: Watts, seconds: Int, doubt: inout MeterDoubt?
  ) -> WattHours {
    let hours = Hours(seconds: .init(seconds))
    // It began again.
    if counted < .zero {
      restart()
      return expected
    }
    if counted > max(peak, Watts(5)) * CounterTrust.factor * hours + CounterTrust.coarsest * CounterTrust.margin {
      doubt = .leap(counted, seconds, watts: peak)
      restart()
      return expected
    }
    if counted == .zero, expected > .zero {
      still += expected
      stillSeconds += seconds
      if stands {
        doubt = .stands
        return expected
      }
      guard isStill else {
        self.expected += expected
        return .zero
      }
      // What was not counted while it could have been a coarse step is counted now.
      stands = true
      doubt = .stands
      self.expected = .zero
      self.counted = .zero
      return still
    }
    if stands {
      restart()
      return expected
    }
    if counted > .zero { step = min(step ?? counted, counted, CounterTrust.coarsest) }
    still = .zero
    stillSeconds = 0
    return compare(counted, expected, &doubt)
  }

  private mutating func compare(_ counted: WattHours, _ expected: WattHours, _ doubt: inout MeterDoubt?) -> WattHours {
    self.counted += counted
    self.expected += expected
    guard self.expected >= CounterTrust.window else {
      if runsFast { doubt = .fast }
      return runsFast ? expected : counted
    }
    let (all, wanted) = (self.counted, self.expected)
    let ratio = all / wanted
    self.counted = .zero
    self.expected = .zero
    let wasFast = runsFast
    runsFast = ratio > 2
    if ratio < Decimal(1, over: 2) {
      // Watts may be milliwatts, or the load was seen at its peaks: the counter is believed, and the reader told.
      doubt = .contradiction(all, wanted)
      return counted
    }
    guard runsFast else { return wasFast ? expected : counted }
    doubt = .contradiction(all, wanted)
    // What was counted too much in this window is taken back.
    return wasFast ? expected : expected - (all - counted) + (wanted - expected)
  }

  private mutating func restart() {
    let fast = runsFast
    self = CounterTrust()
    runsFast = fast
  }
}
