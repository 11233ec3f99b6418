import Foundation
import Prices
import Units
import Untrusted

/// What a reader must know before believing the headline.
enum Warnings {
  static func all(_ report: CostReport, _ context: CostContext) -> [String] {
    var warnings: [String] = []
    let stale = report.ages.filter { !$0.isFresh && $0.newest.daysAhead == nil }
    if !stale.isEmpty {
      let names = stale.map { "\($0.provider.name) (\($0.newest))" }.joined(separator: ", ")
      warnings.append(
        "prices older than a year are shown and "
          + (context.allowsStale ? "used because of --allow-stale: " : "left out of the headline: ") + names)
    }
    // Of the prices that are used, not of the newest that a provider has.
    let old = report.market.answers.compactMap(\.best).filter(\.age.needsWarning)
    if !old.isEmpty {
      let names = old.map { "\($0.provider.name) (\($0.match.offer.name), \($0.age))" }.joined(separator: ", ")
      warnings.append("prices older than 90 days: \(names); `hearth cost prices --update` fetches newer ones")
    }
    let ahead = report.market.answers.compactMap(\.shown).filter { $0.age.daysAhead != nil }
    if !ahead.isEmpty {
      let names = ahead.map { "\($0.provider.name) (\($0.match.offer.name), \($0.age))" }.joined(separator: ", ")
      warnings.append("prices with a date that is not yet are left out of the headline: \(names)")
    }
    let early = report.market.answers.compactMap(\.best).filter { bill in
      bill.match.parts.contains { $0.offer.quote.source.day.map { $0.days(since: report.today) > 7 } ?? false }
    }
    if !early.isEmpty {
      warnings.append(
        "prices dated after today were taken as of today: \(early.map(\.provider.name).joined(separator: ", "))")
    }
    for answer in report.market.answers {
      // The cheapest may hide behind one that is right, as nothing implausible is taken.
      guard let doubt = answer.implausible else { continue }
      warnings.append("\(answer.provider.name): \(doubt) It is left out of the headline")
    }
    warnings += rates(report, context)
    let taxless = report.market.answers.compactMap(\.shown).filter(\.isTaxUnknown)
    if !taxless.isEmpty {
      warnings.append(
        "lists that do not say whether tax is in their prices are left out of the headline: "
          + taxless.map(\.provider.name).joined(separator: ", "))
    }
    let planeless = report.market.answers.filter { $0.shown?.lacksControlPlane ?? false }
    if !planeless.isEmpty {
      warnings.append(
        "left out of the headline, as they sell no managed control plane: "
          + planeless.map(\.provider.name).joined(separator: ", "))
    }
    let unmeasured = report.model.nodes.filter { $0.capacity?.performance == nil }
    if !unmeasured.isEmpty {
      warnings.append(
        "nobody measured \(unmeasured.map(\.title).joined(separator: ", ")): matched by memory only; `hearth bench cpu` "
          + "measures")
    }
    let assumed = report.model.items.filter { $0.price.origin.isAssumption }
    if !assumed.isEmpty {
      // Where the rate of tax is unknown, none was added.
      let tax = report.tax.vat == nil ? " without tax" : ""
      warnings.append("list prices\(tax), not what you paid, for \(assumed.map(\.name).joined(separator: ", "))")
    }
    let burstable = (report.headline?.rows ?? []).map(\.contender.bill).filter(\.match.isBurstable)
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
      item.bought.map {
        $0.adding(months: Int(checked: item.life.value.value.approximate, in: 0...2400) ?? 0) < report.today
      } ?? false
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
    return warnings + context.historyWarnings + context.book.notes
  }

  /// Exchange rates that are used and old.
  private static func rates(_ report: CostReport, _ context: CostContext) -> [String] {
    let bills = (report.headline?.rows ?? []).map(\.contender.bill)
    let currencies = Set(bills.flatMap(\.lines).compactMap { $0.quote?.money.currency }).sorted { $0.code < $1.code }
    let rates = currencies.flatMap { context.book.rates.used(from: $0, to: report.currency) }
    let old = Dictionary(rates.map { ($0.currency, $0) }) { first, _ in first }.values.filter {
      PriceAge(of: $0.source, on: report.today).needsWarning
    }.sorted { $0.currency.code < $1.currency.code }
    guard !old.isEmpty else { return [] }
    let names = old.map { "EUR 1 = \($0.currency) \($0.perEuro.brief) (\(PriceAge(of: $0.source, on: report.today)))" }
    return ["exchange rates older than 90 days: \(names.joined(separator: ", "))"]
  }
}
