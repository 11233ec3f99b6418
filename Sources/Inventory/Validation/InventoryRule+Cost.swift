import Foundation
import Schema
import Units

extension InventoryRule {
  /// Amounts that no rack costs: cents taken for euros, and the other way round.
  static let plausibleAmounts = InventoryRule { document, decoding in
    let currency = document.cost.currency ?? .eur
    for price in document.tariffPrices {
      let range = Magnitude.scaled(Decimal(5, over: 1000)...2, to: currency)
      guard !range.contains(price.value) else { continue }
      let asCents = price.value / 100
      let hint =
        range.contains(asCents)
        ? "\(price.value) looks like cents: write \(asCents)"
        : "households pay from \(range.lowerBound) to \(range.upperBound) \(currency) a kWh"
      decoding.add("a kWh for \(price.value) \(currency) is not plausible", at: price.place, hint: hint)
    }
    for purchase in document.purchases {
      guard let price = purchase.price else { continue }
      let own = purchase.currency ?? currency
      let limit = Magnitude.scaled(0...5000, to: own)
      if !limit.contains(price.value) {
        decoding.add(
          "a part of a rack for \(price.value) \(own) is not plausible", at: price.place,
          hint: "amounts are whole \(own), not cents; at most \(limit.upperBound) for one piece")
      }
    }
  }

  static let plausiblePower = InventoryRule { document, decoding in
    for power in document.powers where power.load.value < power.idle.value {
      decoding.add(
        "at load it draws \(power.load.value) W, at rest \(power.idle.value) W", at: power.load.place,
        hint: "swap the two, or measure again")
    }
  }

  /// Dates that lie before the first Raspberry Pi are slips. The future is left to `hearth cost`, which knows the day.
  static let plausibleDates = InventoryRule { document, decoding in
    for date in document.purchases.compactMap(\.date) where date.value.year < 2005 {
      decoding.add(
        "bought on \(date.value)?", at: date.place, hint: "write the year with four digits, as in 2025-03-01")
    }
  }

  static let tariffZones = InventoryRule { document, decoding in
    guard let tariff = document.cost.tariff, case .zones(let zones) = tariff.value else { return }
    var probes: [TariffZone] = []
    for zone in zones {
      guard let price = zone.price, let from = zone.from, let to = zone.to else { return }
      probes.append(
        TariffZone(
          name: "", price: Price(price.value, .eur), from: from, to: to, weekdays: Set(zone.weekdays),
          months: Set(zone.months)))
    }
    // Days on which the same zones hold are looked at once.
    var seen: Set<[Int]> = []
    for month in 1...12 {
      for weekday in 1...7 {
        let here = probes.indices.filter { probes[$0].holds(weekday: weekday, month: month) }
        guard seen.insert(here).inserted else { continue }
        let when = here.count == probes.count ? "" : " on \(days[weekday - 1]) in month \(month)"
        guard check(zones, probes, here, when, tariff.place, &decoding) else { return }
      }
    }
  }

  private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// - Returns: false after a mistake.
  private static func check(
    _ zones: [ZoneSection], _ probes: [TariffZone], _ here: [Int], _ when: String, _ place: Place,
    _ decoding: inout Decoding
  ) -> Bool {
    var owners: [Int?] = Array(repeating: nil, count: 1440)
    for index in here {
      for minute in owners.indices where probes[index].contains(minute: minute) {
        if let other = owners[minute] {
          decoding.add(
            "two zones hold at \(clock(minute))\(when), the other in line \(zones[other].place.line)",
            at: zones[index].place, hint: "let one end where the other begins")
          return false
        }
        owners[minute] = index
      }
    }
    guard let gap = owners.firstIndex(of: nil) else { return true }
    decoding.add(
      "no zone holds at \(clock(gap))\(when)", at: place,
      hint: when.isEmpty ? "let the zones cover the whole day" : "let the zones cover every hour of the year")
    return false
  }

  private static func clock(_ minute: Int) -> String {
    let (hour, rest) = (minute / 60, minute % 60)
    return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
  }
}

extension InventoryDocument {
  fileprivate var tariffPrices: [Located<Decimal>] {
    guard let tariff = cost.tariff else { return [] }
    return switch tariff.value {
    case .flat(let price): [Located(value: price, place: tariff.place)]
    case .zones(let zones): zones.compactMap(\.price)
    case .series, .live: []
    }
  }

  private var costHosts: [HostSection] { [defaults] + nodes.map(\.host) }
  private var items: [ItemSection] { rack.all + costHosts.flatMap { $0.parts ?? [] } }
  fileprivate var purchases: [PurchaseSection] {
    costHosts.compactMap(\.purchase) + items.compactMap(\.purchase)
  }
  fileprivate var powers: [PowerSection] { costHosts.compactMap(\.power) + items.compactMap(\.power) }
}

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
