package import Foundation

package enum Watt: Measure { package static let symbol = "W" }
package enum WattHour: Measure { package static let symbol = "Wh" }
package enum KilowattHour: Measure { package static let symbol = "kWh" }
package enum Hour: Measure { package static let symbol = "h" }
package enum Month: Measure { package static let symbol = "months" }
/// 10⁹ bytes, as traffic and most disks are sold.
package enum Gigabyte: Measure { package static let symbol = "GB" }
/// 2³⁰ bytes, as memory is sold.
package enum Gibibyte: Measure { package static let symbol = "GiB" }
/// One core, or one virtual CPU as Kubernetes counts it.
package enum Core: Measure { package static let symbol = "cores" }
/// 7-zip's own benchmark, all threads: million instructions per second, compression and decompression averaged.
package enum SevenZipMIPS: Measure { package static let symbol = "MIPS" }
package enum GramCO2: Measure { package static let symbol = "g CO₂" }
package enum KilogramCO2: Measure { package static let symbol = "kg CO₂" }

package typealias Watts = Quantity<Watt>
package typealias WattHours = Quantity<WattHour>
package typealias KilowattHours = Quantity<KilowattHour>
package typealias Hours = Quantity<Hour>
package typealias Months = Quantity<Month>
package typealias Gigabytes = Quantity<Gigabyte>
package typealias Gibibytes = Quantity<Gibibyte>
package typealias Cores = Quantity<Core>
package typealias Performance = Quantity<SevenZipMIPS>
package typealias GramsCO2 = Quantity<GramCO2>
package typealias KilogramsCO2 = Quantity<KilogramCO2>

extension Quantity<Hour> {
  /// 8,760 hours a year in twelve equal months, as the clouds bill too.
  package static let perMonth = Hours(730)
  package init(seconds: Decimal) { self.init(seconds / 3600) }
}

extension Quantity<Watt> {
  package static func * (left: Watts, right: Hours) -> WattHours { WattHours(left.value * right.value) }
  package static func milliwatts(_ value: Decimal) -> Watts { Watts(value / 1000) }
  package static func kilowatts(_ value: Decimal) -> Watts { Watts(value * 1000) }
}

extension Quantity<WattHour> {
  package var kilowattHours: KilowattHours { KilowattHours(value / 1000) }
  package static func wattMinutes(_ value: Decimal) -> WattHours { WattHours(value / 60) }
  package static func / (left: WattHours, right: Hours) -> Watts { Watts(left.value / right.value) }
}

extension Quantity<KilowattHour> {
  package var wattHours: WattHours { WattHours(value * 1000) }
}

extension Quantity<Gibibyte> {
  package init(bytes: Int) { self.init(Decimal(bytes) / 1_073_741_824) }
  package var gigabytes: Gigabytes { Gigabytes(value * 1_073_741_824 / 1_000_000_000) }
}

extension Quantity<Gigabyte> {
  package init(bytes: Int) { self.init(Decimal(bytes) / 1_000_000_000) }
  package var gibibytes: Gibibytes { Gibibytes(value * 1_000_000_000 / 1_073_741_824) }
}

extension Quantity<GramCO2> {
  package var kilograms: KilogramsCO2 { KilogramsCO2(value / 1000) }
}
