import Foundation
package import Inventory
package import Units

/// What a meter said at one moment.
package struct MeterReading: Sendable, Equatable {
  /// Now; nil for meters that only count.
  package var power: Watts?
  /// Since the meter began to count; may begin again at any time. Nil for meters that do not count.
  package var counter: WattHours?
  /// What had to be repaired or left out of the answer.
  package var doubt: String?

  package init(power: Watts? = nil, counter: WattHours? = nil, doubt: String? = nil) {
    self.power = power
    self.counter = counter
    self.doubt = doubt
  }

  /// 16 A at 230 V: no household socket gives more.
  package static let mostWatts = Watts(3_680)

  /// Meters of three phases measure more than a socket gives.
  package static func mostWatts(of kind: MeterDeclaration.Kind) -> Watts {
    switch kind {
    case .shelly3EM, .shellyPro3EM: mostWatts * 7
    default: mostWatts
    }
  }

  /// A century at the power that three phases can give.
  static let mostEnergy = mostWatts * Hours(7 * 24 * 36_525)
}
