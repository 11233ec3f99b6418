package import Foundation
package import Units

/// What a part of a calendar month costs: electricity by its hours, what is paid by the month by its share of the month.
package struct PeriodCost: Sendable, Equatable {
  package var start: Day
  /// The first day that is no longer part of it.
  package var end: Day
  package var monthStart: Day
  package var monthEnd: Day
  package var energy: KilowattHours
  package var amortisation: Money
  package var electricity: Money
  package var spares: Money
  package var internet: Money
  package var admin: Money

  package var hours: Hours { Hours(Decimal(end.days(since: start) * 24)) }
  /// Of the calendar month.
  package var share: Decimal { Decimal(end.days(since: start)) / Decimal(monthEnd.days(since: monthStart)) }
  package var total: Money { amortisation + electricity + spares + internet + admin }

  /// From the first day of the month to the end of `today`.
  package init(_ home: HomeCost, tariff: Price<KilowattHour>, today: Day) {
    monthStart = Day(year: today.year, month: today.month, day: 1) ?? today
    monthEnd = monthStart.adding(months: 1)
    start = monthStart
    end = today.adding(days: 1)
    let hours = Hours(Decimal(end.days(since: start) * 24))
    let share = Decimal(end.days(since: start)) / Decimal(monthEnd.days(since: monthStart))
    energy = (home.watts * hours).kilowattHours
    electricity = tariff * energy
    amortisation = home.amortisation * share
    spares = home.spares * share
    internet = home.internet * share
    admin = home.countsAdmin ? home.admin * share : .zero(home.admin.currency)
  }
}
