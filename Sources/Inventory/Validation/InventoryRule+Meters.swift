extension InventoryRule {
  /// Two meters that count the same thing would count it twice.
  static let meters = InventoryRule { document, decoding in
    var names: [String: Place] = [:]
    var owners: [String: (meter: String, place: Place)] = [:]
    let known = document.meterNames
    for meter in document.cost.meters {
      let own = meter.name?.value ?? "a meter"
      if let name = meter.name {
        if let earlier = names[name.value] {
          decoding.add(
            "two meters are named `\(name.value)`, the first in line \(earlier.line)", at: name.place,
            hint: "give each a name of its own")
        } else {
          names[name.value] = name.place
        }
      }
      for cover in meter.covers ?? [] {
        guard cover.value == "all" || known.contains(cover.value) else {
          decoding.add(
            "`\(cover.value)` is not a node or part in this inventory" + didYouMean(cover.value, among: known),
            at: cover.place,
            hint: "known are: all, \(known.joined(separator: ", "))")
          continue
        }
        for covered in cover.value == "all" ? known : [cover.value] {
          if let earlier = owners[covered] {
            decoding.add(
              "`\(covered)` is measured by \(earlier.meter) too, in line \(earlier.place.line)", at: cover.place,
              hint: "let one meter cover it, or it would be counted twice")
            break
          }
          owners[covered] = (own, cover.place)
        }
      }
    }
  }

  static let meterKinds = InventoryRule { document, decoding in
    let nodes = Set(document.nodes.compactMap(\.name?.value))
    for meter in document.cost.meters {
      guard let kind = meter.kind else { continue }
      if kind == .pmic {
        if let url = meter.url {
          decoding.add("a pi5-pmic has no URL", at: url.place, hint: "remove it: the chip is read over SSH")
        }
        if let covers = meter.covers, covers.count != 1 || !nodes.contains(covers[0].value) {
          decoding.add(
            "a pi5-pmic measures the one node that it sits on", at: meter.place, hint: "write `covers: [pi1]`")
        }
      } else if meter.url == nil {
        decoding.add("the meter lacks `url`", at: meter.place, hint: "add `url: http://192.168.1.40`")
      }
      if kind == .json, meter.path == nil {
        decoding.add("a json meter lacks `path`", at: meter.place, hint: "say where its number stands: `path: power`")
      }
      if kind != .json, meter.path != nil || (meter.unit != nil && kind != .prometheus) {
        decoding.add(
          "`path` and `unit` are for json meters; \(kind.rawValue) has its own", at: meter.place, hint: "remove them")
      }
      for need in needs(of: meter) where need.isMissing {
        decoding.add(
          "a \(kind.rawValue) meter lacks `\(need.key)`", at: meter.place, hint: "add `\(need.key): \(need.example)`")
      }
    }
  }
}

extension InventoryRule {
  private typealias Need = (key: String, example: String, isMissing: Bool)

  private static func needs(of meter: MeterSection) -> [Need] {
    switch meter.kind {
    case .homeAssistant:
      [
        ("entity", "sensor.rack_power", meter.entity == nil), ("token", "${HA_TOKEN}", meter.token == nil),
      ]
    case .fritz:
      [
        ("ain", "\"08761 0000434\"", meter.ain == nil), ("user", "hearth", meter.user == nil),
        ("password", "${FRITZ_PASSWORD}", meter.password == nil),
      ]
    case .prometheus: [("query", "sum(rack_watts)", meter.query == nil)]
    default: []
    }
  }
}

extension InventoryDocument {
  /// All that a meter can cover.
  fileprivate var meterNames: [String] {
    var names = nodes.compactMap(\.name?.value)
    if rack.networkSwitch != nil { names.append("switch") }
    if rack.ups != nil { names.append("ups") }
    return names + rack.others.map(\.name)
  }
}
