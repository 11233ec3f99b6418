import Foundation
package import Units

/// When the rack has paid for itself.
package enum BreakEven: Sendable, Hashable {
  case after(Months)
  /// The cloud costs no more than running the rack does.
  case never

  /// - Parameters:
  ///   - outlay: Hardware, less what it is sold for afterwards.
  ///   - cloud: A month.
  ///   - running: Of the rack, a month, without amortisation.
  package init(outlay: Money, cloud: Money, running: Money) {
    let gain = cloud - running
    self = gain.amount > 0 ? .after(Months(outlay / gain)) : .never
  }

  package var months: Months? { if case .after(let months) = self { months } else { nil } }
}

extension BreakEven: Comparable {
  package static func < (left: BreakEven, right: BreakEven) -> Bool {
    switch (left, right) {
    case (.after(let left), .after(let right)): left < right
    case (.after, .never): true
    case (.never, _): false
    }
  }
}

extension BreakEven: CustomStringConvertible {
  /// `21.9 months`, `never`.
  package var description: String {
    switch self {
    case .after(let months): months.description(1)
    case .never: "never"
    }
  }
}
