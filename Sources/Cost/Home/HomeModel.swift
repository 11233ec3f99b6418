package import Inventory
package import Units

/// All that the monthly cost at home depends on: numbers with their origins, one currency, no files.
package struct HomeModel: Sendable, Equatable {
  package var currency: Currency
  package var items: [HomeItem]
  package var utilisation: Sourced<Ratio>
  package var efficiency: Sourced<Ratio>
  /// The average over the hours at which the rack runs.
  package var tariff: Sourced<Price<KilowattHour>>
  package var amortisation: Sourced<Amortisation>
  package var internet: Sourced<Money>
  package var adminHours: Sourced<Hours>
  package var adminRate: Sourced<Price<Hour>>
  package var countsAdmin: Bool
  /// Of a kilowatt-hour; nil when nobody knows.
  package var carbon: Sourced<GramsCO2>?
  /// What meters say, in place of the model.
  package var measured: MeasuredPower?
  /// What had to be assumed to make numbers of what was given.
  package var notes: [String]

  package init(
    currency: Currency, items: [HomeItem], utilisation: Sourced<Ratio>, efficiency: Sourced<Ratio>,
    tariff: Sourced<Price<KilowattHour>>, amortisation: Sourced<Amortisation>, internet: Sourced<Money>,
    adminHours: Sourced<Hours>, adminRate: Sourced<Price<Hour>>, countsAdmin: Bool = false,
    carbon: Sourced<GramsCO2>? = nil, measured: MeasuredPower? = nil, notes: [String] = []
  ) {
    self.currency = currency
    self.items = items
    self.utilisation = utilisation
    self.efficiency = efficiency
    self.tariff = tariff
    self.amortisation = amortisation
    self.internet = internet
    self.adminHours = adminHours
    self.adminRate = adminRate
    self.countsAdmin = countsAdmin
    self.carbon = carbon
    self.measured = measured
    self.notes = notes
  }

  package var nodes: [HomeItem] { items.filter { $0.capacity != nil } }
  package var capex: Money { items.map(\.capex).sum(in: currency) }
}

/// What meters measured, and of which things; the rest stays with the model.
package struct MeasuredPower: Sendable, Equatable {
  package struct Reading: Sendable, Equatable {
    package var meter: String
    /// Names of items.
    package var covers: Set<String>
    /// Average over the hours that the meter saw.
    package var watts: Watts
    /// It sits behind the supply, whose loss comes on top.
    package var isBehindSupply: Bool
    /// `2026-01-01 to 2026-03-31, 98 % of the hours`.
    package var period: String
    /// What was refused or repaired of its readings.
    package var notes: [String]

    package init(
      meter: String, covers: Set<String>, watts: Watts, isBehindSupply: Bool, period: String, notes: [String] = []
    ) {
      self.meter = meter
      self.covers = covers
      self.watts = watts
      self.isBehindSupply = isBehindSupply
      self.period = period
      self.notes = notes
    }
  }
  package var readings: [Reading]
  package init(readings: [Reading]) { self.readings = readings }

  package var covered: Set<String> { readings.reduce(into: []) { $0.formUnion($1.covers) } }
}

extension Amortisation: CustomStringConvertible {
  package var description: String {
    switch self {
    case .straightLine: "straight line"
    case .annuity(let interest): "annuity at \(interest) a year"
    }
  }
}
