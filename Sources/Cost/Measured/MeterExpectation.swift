import Foundation
package import Inventory
package import Units

/// What the things that hang on a meter can draw, by the inventory's own watts or the catalogue's: a reading far outside
/// is one of another unit.
package struct MeterExpectation: Sendable, Equatable {
  /// All of them at rest.
  package var least: Watts
  /// All of them at full load, behind a poor supply.
  package var most: Watts

  /// Nil when nothing is known of any of them.
  package init?(_ meter: MeterDeclaration, rack: Rack, catalogue: HardwareCatalogue) {
    let names = rack.items(coveredBy: meter)
    var (idle, load) = (Watts.zero, Watts.zero)
    func add(_ own: PowerDraw?, _ model: String?, count: Int = 1) {
      let thing = model.flatMap { catalogue.things[$0] }
      idle += (own?.idle ?? thing?.idle?.value ?? .zero) * Decimal(count)
      load += (own?.load ?? thing?.load?.value ?? .zero) * Decimal(count)
    }
    for node in rack.nodes {
      if names.contains(node.name) { add(node.power, node.hardware) }
      for part in node.parts where names.contains("\(node.name) \(part.name)") {
        add(part.power, part.model, count: part.count)
      }
    }
    let hardware = rack.hardware
    if names.contains("switch"), let item = hardware.networkSwitch { add(item.power, item.model) }
    if names.contains("ups"), let item = hardware.ups { add(item.power, item.model) }
    for item in hardware.others where names.contains(item.name) { add(item.power, item.model, count: item.count) }
    guard load.value > 0 else { return nil }
    least = idle
    most = load / Ratio.percent(60)
  }

  /// Why such a mean cannot be; nil for what may be. A rack that is off draws nothing.
  package func doubt(_ watts: Watts) -> String? {
    if watts > most * 10 + Watts(100) {
      return "\(watts.description(1)) for things that draw at most \(most.description(1)): is its unit milliwatts?"
    }
    if watts.value > 0, watts < least / 100 {
      return "\(watts.value.brief) W for things that draw at least \(least.description(1)): is its unit "
        + "kilowatts?"
    }
    return nil
  }
}
