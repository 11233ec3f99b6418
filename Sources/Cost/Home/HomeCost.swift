import Foundation
package import Units

/// What the rack costs at home in a month of 730 hours. Unrounded; only what is shown is rounded.
package struct HomeCost: Sendable, Equatable {
  package var capex: Money
  package var watts: Watts
  package var energy: KilowattHours
  package var amortisation: Money
  package var electricity: Money
  package var spares: Money
  package var internet: Money
  /// What the admin's hours are worth, counted or not.
  package var admin: Money
  package var countsAdmin: Bool
  package var carbon: KilogramsCO2?
  /// For how long the boards are meant to last; the longest, where they differ.
  package var life: Months

  /// All that is paid month by month once the hardware stands there.
  package var running: Money { electricity + spares + internet + (countsAdmin ? admin : .zero(admin.currency)) }
  package var total: Money { amortisation + running }
}

extension HomeModel {
  /// From the mains.
  package var watts: Watts {
    let measuredNames = measured?.covered ?? []
    let modelled = items.filter { !measuredNames.contains($0.name) }
    var behind = modelled.filter { !$0.isUndivided }.map { $0.watts(at: utilisation.value) }.sum()
    var mains = modelled.filter(\.isUndivided).map { $0.watts(at: utilisation.value) }.sum()
    for reading in measured?.readings ?? [] {
      if reading.isBehindSupply { behind += reading.watts } else { mains += reading.watts }
    }
    return behind / efficiency.value + mains
  }

  package func monthly() -> HomeCost {
    let watts = watts
    let energy = (watts * Hours.perMonth).kilowattHours
    return HomeCost(
      capex: capex, watts: watts, energy: energy,
      amortisation: items.map { $0.amortisation(amortisation.value) }.sum(in: currency),
      electricity: tariff.value * energy, spares: items.map(\.spares).sum(in: currency), internet: internet.value,
      admin: adminRate.value * adminHours.value, countsAdmin: countsAdmin,
      carbon: carbon.map { GramsCO2($0.value.value * energy.value).kilograms },
      life: (nodes.isEmpty ? items : nodes).map(\.life.value).max() ?? Months(48))
  }

  /// The same rack with another tariff, load or life: what-if and sensitivity are made of these.
  package func with(_ change: (inout HomeModel) -> Void) -> HomeModel {
    var copy = self
    change(&copy)
    return copy
  }
}
