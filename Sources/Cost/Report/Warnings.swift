import Foundation
import Prices
import Units

/// What a reader must know before believing the headline.
enum Warnings {
  static func all(_ report: CostReport, _ context: CostContext) -> [String] {
    var warnings: [String] = []
    let stale = report.ages.filter { !$0.isFresh }
    if !stale.isEmpty {
      let names = stale.map { "\($0.provider.name) (\($0.newest))" }.joined(separator: ", ")
      warnings.append(
        "prices older than a year are shown and "
          + (context.allowsStale ? "used because of --allow-stale: " : "left out of the headline: ") + names)
    }
    let old = report.ages.filter { $0.isFresh && $0.newest.needsWarning }
    if !old.isEmpty {
      let names = old.map { "\($0.provider.name) (\($0.newest))" }.joined(separator: ", ")
      warnings.append("prices older than 90 days: \(names); `hearth cost prices --update` fetches newer ones")
    }
    let unmeasured = report.model.nodes.filter { $0.capacity?.performance == nil }
    if !unmeasured.isEmpty {
      warnings.append(
        "nobody measured \(unmeasured.map(\.title).joined(separator: ", ")): matched by memory only")
    }
    let assumed = report.model.items.filter { $0.price.origin.isAssumption }
    if !assumed.isEmpty {
      warnings.append("list prices, not what you paid, for \(assumed.map(\.name).joined(separator: ", "))")
    }
    let burstable = (report.headline?.rows ?? []).map(\.contender.bill).filter(\.match.offer.isBurstable)
    if !burstable.isEmpty {
      let names = burstable.map { "\($0.match.offer.name) (\($0.provider.name))" }.joined(separator: ", ")
      warnings.append("burstable, at full speed only for a while, where the rack always is: \(names)")
    }
    let undated = (report.headline?.rows ?? []).compactMap { row -> String? in
      let parts = row.contender.bill.lines.filter { line in
        line.kind != nil && line.money.amount > 0 && line.quote?.source.day == nil
      }
      return parts.isEmpty ? nil : "\(row.contender.bill.provider.name) (\(parts.map(\.title).joined(separator: ", ")))"
    }
    if !undated.isEmpty {
      warnings.append("prices of unknown date besides the machines: \(undated.joined(separator: "; "))")
    }
    let outlived = report.model.items.filter { item in
      item.bought.map { $0.adding(months: Int(item.life.value.value.approximate)) < report.today } ?? false
    }
    if !outlived.isEmpty {
      warnings.append(
        "outlived, and still counted as if bought again at that price: \(outlived.map(\.name).joined(separator: ", "))")
    }
    let missing =
      report.headline.map { [$0.cheapest, $0.median, $0.dearest].filter { !$0.bill.missing.isEmpty } } ?? []
    for name in Set(missing.map(\.bill.provider.name)).sorted() {
      let parts = missing.first { $0.bill.provider.name == name }?.bill.missing.joined(separator: ", ") ?? ""
      warnings.append("\(name): no price is known for \(parts); its bill is too low by that")
    }
    return warnings + context.historyWarnings
  }
}
