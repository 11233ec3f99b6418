import Foundation
package import Inventory
package import Units

/// What an hour of the rack costs at home, without a cloud beside it: for screens that are refreshed.
package struct RunningCost: Sendable, Equatable {
  /// As in the report: the average over the hours at which the rack runs.
  package var tariff: Price<KilowattHour>
  /// All but electricity, by the hour; nil where the inventory lacks a price.
  package var fixed: Money?
  /// What the model expects of the whole rack, for when no meter tells.
  package var watts: Watts

  package init(tariff: Price<KilowattHour>, fixed: Money? = nil, watts: Watts) {
    self.tariff = tariff
    self.fixed = fixed
    self.watts = watts
  }

  /// Nil where nobody knows what electricity costs, or what the boards are.
  package init?(_ context: CostContext) {
    guard let tax = try? ReportBuilder.taxView(context) else { return nil }
    var lists = context
    lists.assumesListPrices = true
    let own = try? HomeBuilder.build(context, tax: tax)
    guard let model = own ?? (try? HomeBuilder.build(lists, tax: tax)) else { return nil }
    let month = model.monthly()
    self.init(
      tariff: model.tariff.value,
      fixed: own.map { _ in (month.total - month.electricity) / Hours.perMonth.value }, watts: month.watts)
  }

  /// Electricity for an hour at such a draw.
  package func electricity(_ watts: Watts) -> Money { tariff * (watts * Hours(1)).kilowattHours }
}
