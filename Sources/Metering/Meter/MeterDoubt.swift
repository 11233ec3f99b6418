import Foundation
package import Units

/// Why a reading was refused or repaired.
package enum MeterDoubt: Sendable, Equatable {
  /// So many watt-hours in so many seconds, beside so many watts.
  case leap(WattHours, Int, watts: Watts?)
  /// The counter does not move although power flows.
  case stands
  /// The counter runs too fast; its watts are used.
  case fast
  /// What the counter made and what the watts made.
  case contradiction(WattHours, WattHours)
  /// The reading was refused when it was read, with the reason.
  case refused(String)
  /// The reading was repaired when it was read.
  case repaired(String)
  /// The clock of the host that took the sample was wrong.
  case clock(String)

  /// Doubts of the same kind are counted together.
  package var kind: String {
    switch self {
    case .leap: "leap"
    case .stands: "stands"
    case .fast, .contradiction: "contradiction"
    case .refused: "refused"
    case .repaired: "repaired"
    case .clock: "clock"
    }
  }

  /// What was seen and what was done.
  package var words: String {
    switch self {
    case .leap(let energy, let seconds, let watts):
      "its counter leapt by \(energy.description(1)) in \(seconds) s"
        + (watts.map { " while it showed \($0.description(1)); its watts were used" } ?? "; nothing was counted")
    case .stands: "its counter stands still while power flows; its watts were used"
    case .fast: "its counter runs more than twice as fast as its watts; its watts were used"
    case .contradiction(let counted, let expected):
      counted > expected
        ? "its counter made \(counted.description(1)) where its watts made \(expected.description(1)); its watts were used"
        : "its counter made \(counted.description(1)) where its watts made \(expected.description(1)); its counter was used"
    case .refused(let why): "\(why); nothing was counted"
    case .repaired(let what): what
    case .clock(let what): "\(what); nothing was counted"
    }
  }
}

/// Doubts of one kind about one meter, over a time.
package struct MeterDoubtRecord: Sendable, Equatable {
  package var meter: String
  package var kind: String
  package var count: Int
  package var first: Day
  package var last: Day
  /// Of the last of them.
  package var text: String

  package init(meter: String, kind: String, count: Int, first: Day, last: Day, text: String) {
    self.meter = meter
    self.kind = kind
    self.count = count
    self.first = first
    self.last = last
    self.text = text
  }

  /// For reports.
  package var words: String {
    let when = first == last ? "on \(first)" : "from \(first) to \(last)"
    return "the meter \(meter), \(count == 1 ? "once" : "\(count) times") \(when): \(text)"
  }
}
