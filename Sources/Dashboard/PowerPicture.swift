package import Cost
import Foundation
package import Inventory
package import Metering
package import Units

/// What the rack draws and what an hour of it costs, from the samples that `hearth cost track` keeps.
package struct PowerPicture: Sendable, Equatable, Codable {
  package struct Meter: Sendable, Equatable, Codable {
    package var name: String
    package var covers: [String]
    package var watts: Double
    /// When it was read, in seconds since 1970.
    package var time: Int
  }

  /// One hour or day.
  package struct Bar: Sendable, Equatable, Codable {
    /// When it begins, in seconds since 1970.
    package var start: Int
    /// The mean of what is known of it.
    package var watts: Double
    package var kilowattHours: Double
    /// At the tariff of the report; nil where there is none.
    package var cost: Double?
  }

  /// Of all meters together; the model's where no meter tells.
  package var watts: Double?
  package var isModelled: Bool
  /// The meters leave nothing out.
  package var isWhole: Bool
  package var meters: [Meter]
  /// ISO 4217.
  package var currency: String
  /// Electricity at the present draw.
  package var electricityPerHour: Double?
  /// With hardware, spares and line; nil where the inventory lacks a price.
  package var totalPerHour: Double?
  /// The last week by the hour, and the last months by the day, oldest first.
  package var hours: [Bar]
  package var days: [Bar]

  /// Of the meter that measures this host alone.
  func watts(of host: String) -> Double? { meters.first { $0.covers == [host] }?.watts }
}

extension PowerPicture {
  /// Readings older than this, in seconds, are history and not the present: what lies further apart is a gap.
  static let presentSeconds = UsageStore.longestSeconds

  /// - Parameter now: in seconds since 1970.
  package init(
    rack: Rack, cost: RunningCost?, readings: [LastReading], hours: [EnergyHour], days: [EnergyDay], now: Int
  ) {
    let declared = rack.cost.meters
    let fresh = readings.filter { now - $0.time <= Self.presentSeconds }
    let meters = fresh.compactMap { reading in
      declared.first { $0.name == reading.meter }.map { meter in
        Meter(name: meter.name, covers: meter.covers, watts: reading.power.value.approximate, time: reading.time)
      }
    }
    let measured = fresh.filter { reading in meters.contains { $0.name == reading.meter } }.map(\.power).sum()
    let covered = Set(meters.flatMap(\.covers))
    let draw: Watts? = meters.isEmpty ? cost?.watts : measured
    let electricity = draw.flatMap { draw in cost.map { $0.electricity(draw) } }
    self.meters = meters
    isWhole = covered.contains("all") || rack.nodes.allSatisfy { covered.contains($0.name) }
    isModelled = meters.isEmpty
    watts = draw?.value.approximate
    currency = rack.cost.currency.code
    electricityPerHour = electricity?.amount.approximate
    totalPerHour = electricity.flatMap { electricity in
      (cost?.fixed).map { ($0 + electricity).amount.approximate }
    }
    let names = Set(declared.map(\.name))
    self.hours = Self.bars(
      hours.filter { names.contains($0.meter) }.map { Part(start: $0.start, energy: $0.energy, known: $0.known) },
      cost)
    self.days = Self.bars(
      days.filter { names.contains($0.meter) }
        .map { Part(start: $0.day.number * 86_400, energy: $0.energy, known: $0.known) }, cost)
  }

  private struct Part {
    var start: Int
    var energy: WattHours
    var known: Hours
  }

  /// What several meters measured in the same hour or day stands together.
  private static func bars(_ parts: [Part], _ cost: RunningCost?) -> [Bar] {
    Dictionary(grouping: parts.filter { $0.known.value > 0 }, by: \.start).map { start, parts in
      let energy = parts.map(\.energy).sum().kilowattHours
      return Bar(
        start: start, watts: parts.map { $0.energy / $0.known }.sum().value.approximate,
        kilowattHours: energy.value.approximate, cost: cost.map { ($0.tariff * energy).amount.approximate })
    }.sorted { $0.start < $1.start }
  }
}
