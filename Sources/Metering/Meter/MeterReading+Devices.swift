package import Diagnostics
import Foundation
package import Inventory
package import JSONStream
import Units

/// What the devices answer, as their makers document it.
extension MeterReading {
  /// - Throws: ``HearthError`` naming the field that is not as it should be, or a number that cannot be.
  package static func read(_ answer: JSONField, of meter: MeterDeclaration) throws(HearthError) -> MeterReading {
    let reading =
      switch meter.kind {
      case .shelly1: try shelly1(answer, meter.channel)
      case .shelly2: try shelly2(answer)
      case .tasmota: try tasmota(answer, meter.channel)
      case .json: try generic(answer, meter)
      case .pmic: throw HearthError(.internalError, "a power chip answers no JSON")
      }
    try check(reading, answer.document)
    return reading
  }

  /// Path below the meter's base URL.
  package static func path(of meter: MeterDeclaration) -> String {
    switch meter.kind {
    case .shelly1: "/status"
    case .shelly2: "/rpc/Switch.GetStatus?id=\(meter.channel)"
    case .tasmota: "/cm?cmnd=Status%208"
    case .json, .pmic: ""
    }
  }

  /// `meters[n]`: watts, and watt-minutes in `total`. An invalid reading is none.
  private static func shelly1(_ answer: JSONField, _ channel: Int) throws(HearthError) -> MeterReading {
    let meters = try answer("meters").elements()
    guard meters.indices.contains(channel) else {
      throw HearthError(
        .download, "\(answer.document) has \(meters.count) meters, none with number \(channel)",
        hint: "`channel` counts from 0.")
    }
    let meter = meters[channel]
    if let valid = try meter.optional("is_valid"), try !valid.boolean() {
      throw HearthError(
        .download, "\(answer.document) says that its own reading is not valid", hint: "Look at the device.")
    }
    return MeterReading(
      power: Watts(try meter("power").decimal()),
      counter: try meter.optional("total").read { (field) throws(HearthError) in
        .wattMinutes(try field.decimal())
      })
  }

  /// Watts in `apower`, watt-hours in `aenergy.total`; a fault shows as an `errors` list.
  private static func shelly2(_ answer: JSONField) throws(HearthError) -> MeterReading {
    if let errors = try answer.optional("errors") {
      let list = try errors.elements()
      if let first = list.first {
        throw HearthError(
          .download, "\(answer.document) reports a fault: \(try first.text())", hint: "Look at the device.")
      }
    }
    return MeterReading(
      power: Watts(try answer("apower").decimal()),
      counter: try answer.optional("aenergy").read { (field) throws(HearthError) in
        WattHours(try field("total").decimal())
      })
  }

  /// Watts in `Power`, one or a list of phases; kilowatt-hours in `Total`, likewise.
  private static func tasmota(_ answer: JSONField, _ channel: Int) throws(HearthError) -> MeterReading {
    let energy = try answer("StatusSNS")("ENERGY")
    return MeterReading(
      power: Watts(try phase(try energy("Power"), channel)),
      counter: try energy.optional("Total").read { (field) throws(HearthError) in
        KilowattHours(try phase(field, channel)).wattHours
      })
  }

  private static func phase(_ field: JSONField, _ channel: Int) throws(HearthError) -> Decimal {
    guard case .array = field.value else { return try field.decimal() }
    let phases = try field.elements()
    guard phases.indices.contains(channel) else { throw field.wrong("at least \(channel + 1) values") }
    return try phases[channel].decimal()
  }

  private static func generic(_ answer: JSONField, _ meter: MeterDeclaration) throws(HearthError) -> MeterReading {
    var field = answer
    for part in (meter.path ?? "").split(separator: ".").map(String.init) {
      if case .array = field.value, let index = Int(part) {
        let elements = try field.elements()
        guard elements.indices.contains(index) else { throw field.wrong("at least \(index + 1) elements") }
        field = elements[index]
      } else {
        field = try field(part)
      }
    }
    let value = try field.decimal()
    return switch meter.unit {
    case .watts: MeterReading(power: Watts(value))
    case .milliwatts: MeterReading(power: .milliwatts(value))
    case .wattHours: MeterReading(counter: WattHours(value))
    case .kilowattHours: MeterReading(counter: KilowattHours(value).wattHours)
    case .wattMinutes: MeterReading(counter: .wattMinutes(value))
    case .joules: MeterReading(counter: WattHours(value / 3600))
    }
  }

  static func check(_ reading: MeterReading, _ document: String) throws(HearthError) {
    guard let power = reading.power else { return }
    // A few devices show a little less than nothing when nothing flows.
    if power < Watts(-5) {
      throw HearthError(
        .download, "\(document) says \(power): less than nothing",
        hint: "Turn the clamp or the device's direction around.")
    }
    if power > mostWatts {
      throw HearthError(
        .download, "\(document) says \(power), more than any socket gives",
        hint: "Check `unit`: milliwatts are `mW`.")
    }
  }
}

extension Optional {
  /// `map` that passes typed errors on.
  func read<Value>(_ change: (Wrapped) throws(HearthError) -> Value) throws(HearthError) -> Value? {
    guard let self else { return nil }
    return try change(self)
  }
}
