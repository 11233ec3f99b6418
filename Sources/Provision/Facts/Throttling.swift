/// The bits of `vcgencmd get_throttled`: what the firmware of a Pi held back, now and since it booted.
package struct Throttling: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let underVoltageNow = Throttling(rawValue: 1 << 0)
  package static let frequencyCappedNow = Throttling(rawValue: 1 << 1)
  package static let throttledNow = Throttling(rawValue: 1 << 2)
  package static let softTemperatureLimitNow = Throttling(rawValue: 1 << 3)
  package static let underVoltageSinceBoot = Throttling(rawValue: 1 << 16)
  package static let frequencyCappedSinceBoot = Throttling(rawValue: 1 << 17)
  package static let throttledSinceBoot = Throttling(rawValue: 1 << 18)
  package static let softTemperatureLimitSinceBoot = Throttling(rawValue: 1 << 19)

  private static let names: [(Throttling, String)] = [
    (.underVoltageNow, "under-voltage now"),
    (.frequencyCappedNow, "frequency capped now"),
    (.throttledNow, "throttled now"),
    (.softTemperatureLimitNow, "soft temperature limit now"),
    (.underVoltageSinceBoot, "under-voltage since boot"),
    (.frequencyCappedSinceBoot, "frequency capped since boot"),
    (.throttledSinceBoot, "throttled since boot"),
    (.softTemperatureLimitSinceBoot, "soft temperature limit since boot"),
  ]

  /// In words, in the firmware's order.
  package var words: [String] { Throttling.names.filter { contains($0.0) }.map(\.1) }

  /// As the firmware prints it, such as `0x50005`.
  package var hexadecimal: String { "0x" + String(rawValue, radix: 16) }
}
