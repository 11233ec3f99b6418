package import Diagnostics
import Foundation
package import Inventory
package import JSONStream
import Units
import Untrusted

/// What the devices answer, as their makers document it.
extension MeterReading {
  /// - Throws: ``HearthError`` naming the field that is not as it should be.
  package static func read(_ answer: JSONField, of meter: MeterDeclaration) throws(HearthError) -> MeterAnswer {
    let reading =
      switch meter.kind {
      case .shelly1: try shelly1(answer, meter.channel)
      case .shelly2: try shelly2(answer)
      case .tasmota: try tasmota(answer, meter.channel)
      case .json: try generic(answer, meter)
      case .shellyPM: try shelly2(answer)
      case .shelly3EM: try shelly3EM(answer, meter.channel)
      case .shellyPro3EM: try shellyPro3EM(answer)
      case .homeAssistant: try homeAssistant(answer)
      case .prometheus: try prometheus(answer, meter.unit)
      case .pmic, .fritz: throw HearthError(.internalError, "a \(meter.kind.rawValue) answers no JSON")
      }
    return MeterAnswer(reading, from: answer.document, most: mostWatts(of: meter.kind))
  }

  /// Path below the meter's base URL.
  package static func path(of meter: MeterDeclaration) -> String {
    switch meter.kind {
    case .shelly1: "/status"
    case .shelly2: "/rpc/Switch.GetStatus?id=\(meter.channel)"
    case .tasmota: "/cm?cmnd=Status%208"
    case .shellyPM: "/rpc/PM1.GetStatus?id=\(meter.channel)"
    case .shelly3EM: "/status"
    case .shellyPro3EM: "/rpc/Shelly.GetStatus"
    case .homeAssistant: "/api/states/\(meter.path ?? "")"
    case .prometheus: "/api/v1/query?query=\(escaped(meter.path ?? ""))"
    case .json, .pmic, .fritz: ""
    }
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
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
    let counter = try answer.optional("aenergy")?.optional("total").read { (field) throws(HearthError) in
      WattHours(try field.decimal())
    }
    // While it starts a device may have no watts yet: its counter says enough.
    guard let power = try answer.optional("apower") else {
      guard let counter else { throw answer.wrong("`apower` with the watts") }
      return MeterReading(counter: counter, doubt: "it gave no watts; its counter was used")
    }
    return MeterReading(power: Watts(try power.decimal()), counter: counter)
  }

  /// `emeters[n]`: watts, and watt-hours in `total`.
  private static func shelly3EM(_ answer: JSONField, _ channel: Int) throws(HearthError) -> MeterReading {
    let meters = try answer("emeters").elements()
    guard meters.indices.contains(channel) else {
      throw HearthError(
        .download, "\(answer.document) has \(meters.count) phases, none with number \(channel)",
        hint: "`channel` counts from 0.")
    }
    if let valid = try meters[channel].optional("is_valid"), try !valid.boolean() {
      throw HearthError(
        .download, "\(answer.document) says that its own reading is not valid", hint: "Look at the device.")
    }
    return MeterReading(
      power: Watts(try meters[channel]("power").decimal()),
      counter: try meters[channel].optional("total").read { (field) throws(HearthError) in
        WattHours(try field.decimal())
      })
  }

  /// The whole status: watts of all phases in `em:0`, watt-hours in `emdata:0`.
  private static func shellyPro3EM(_ answer: JSONField) throws(HearthError) -> MeterReading {
    MeterReading(
      power: Watts(try answer("em:0")("total_act_power").decimal()),
      counter: try answer.optional("emdata:0")?.optional("total_act").read { (field) throws(HearthError) in
        WattHours(try field.decimal())
      })
  }

  /// One entity: its state is a number as text, its unit stands among its attributes.
  private static func homeAssistant(_ answer: JSONField) throws(HearthError) -> MeterReading {
    let state = try answer("state").text()
    guard let value = Decimal(exact: state) else {
      throw HearthError(
        .download, "\(answer.document) has the state `\(state.prefix(40))`, no number",
        hint: "Is the entity's device switched on and connected?")
    }
    let unit = try answer("attributes")("unit_of_measurement").text()
    return switch unit {
    case "W": MeterReading(power: Watts(value))
    case "mW": MeterReading(power: .milliwatts(value))
    case "kW": MeterReading(power: .kilowatts(value))
    case "Wh": MeterReading(counter: WattHours(value))
    case "kWh": MeterReading(counter: KilowattHours(value).wattHours)
    case "MWh": MeterReading(counter: KilowattHours(value * 1000).wattHours)
    default:
      throw HearthError(
        .download, "\(answer.document) is measured in `\(unit.prefix(20))`", hint: "Name an entity in W, kW, Wh or kWh."
      )
    }
  }

  /// An instant query: one series, whose value is a number as text.
  private static func prometheus(_ answer: JSONField, _ unit: MeterDeclaration.Unit) throws(HearthError) -> MeterReading
  {
    let result = try answer("data")("result")
    let series: [JSONField] = try answer("data")("resultType").text() == "scalar" ? [result] : try result.elements()
    guard series.count == 1, let only = series.first else {
      throw HearthError(
        .download, "\(answer.document) gives \(series.count) series", hint: "Make it one, as in sum(rack_watts).")
    }
    // A scalar is the pair itself.
    let isPair = if case .array = only.value { true } else { false }
    let pair = try (isPair ? only : only("value")).elements()
    guard pair.count == 2 else { throw only.wrong("a time and a value") }
    return Self.reading(try pair[1].decimal(), unit)
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
      if case .array = field.value, let index = Int(checked: part, in: 0...1_000_000) {
        let elements = try field.elements()
        guard elements.indices.contains(index) else { throw field.wrong("at least \(index + 1) elements") }
        field = elements[index]
      } else {
        field = try field(part)
      }
    }
    return reading(try field.decimal(), meter.unit)
  }

  private static func reading(_ value: Decimal, _ unit: MeterDeclaration.Unit) -> MeterReading {
    switch unit {
    case .watts: MeterReading(power: Watts(value))
    case .milliwatts: MeterReading(power: .milliwatts(value))
    case .wattHours: MeterReading(counter: WattHours(value))
    case .kilowattHours: MeterReading(counter: KilowattHours(value).wattHours)
    case .wattMinutes: MeterReading(counter: .wattMinutes(value))
    case .joules: MeterReading(counter: WattHours(value / 3600))
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
