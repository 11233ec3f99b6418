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
  /// Its counter counts in steps of no more than this, by what its maker says; nil where nothing is said.
  package var step: WattHours?

  package init(
    power: Watts? = nil, counter: WattHours? = nil, doubt: String? = nil, step: WattHours? = nil
  ) {
    self.power = power
    self.counter = counter
    self.doubt = doubt
    self.step = step
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

  /// The steps that makers promise. Tasmota's are the user's choice, and what others measure is of any device.
  static func step(of kind: MeterDeclaration.Kind) -> WattHours? {
    switch kind {
    case .shelly1, .shelly2, .shellyPM, .shelly3EM, .shellyPro3EM, .fritz: WattHours(1)
    case .tasmota, .json, .homeAssistant, .prometheus, .pmic: nil
    }
  }

  func counted(by kind: MeterDeclaration.Kind) -> MeterReading {
    var reading = self
    reading.step = MeterReading.step(of: kind)
    return reading
  }

  /// A century at the power that three phases can give.
  static let mostEnergy = mostWatts * Hours(7 * 24 * 36_525)
}
