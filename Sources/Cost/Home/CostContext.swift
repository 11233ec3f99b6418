package import Foundation
package import Inventory
package import Prices
package import Units

/// What a report needs besides the inventory: nothing of it is read from the network.
package struct CostContext: Sendable {
  package var rack: Rack
  package var catalogue: HardwareCatalogue
  package var book: PriceBook
  package var today: Day
  package var measured: MeasuredPower?
  /// From the cluster, if it was sampled.
  package var measuredUtilisation: Sourced<Ratio>?
  package var workloads: Workloads?
  /// Meters that could not be believed.
  package var historyWarnings: [String] = []
  /// Take the catalogue's list price where the inventory has no purchase price.
  package var assumesListPrices = false
  /// Give a headline although too few providers have fresh prices.
  package var allowsStale = false
  /// Who pays for what nobody uses.
  package var sharing = Showback.Sharing.none
  /// Which terms the headline compares with.
  package var term = InstanceOffer.Term.onDemand
  /// What was fetched for a tariff of the inventory that says `live`.
  package var liveTariff: PriceSeries?
  /// Of a day's measured energy, how much is drawn in each of its hours, by the clock at home; 24 shares of 1.
  package var hourShares: [Decimal]?
  /// Months of samples.
  package var months: [MeasuredMonth] = []

  package init(rack: Rack, catalogue: HardwareCatalogue, book: PriceBook, today: Day) {
    self.rack = rack
    self.catalogue = catalogue
    self.book = book
    self.today = today
  }
}

/// hearth's defaults: documented in docs/guides/cost.md, named in every report that uses them.
enum CostDefaults {
  static let utilisation = Sourced(Ratio.percent(20), .assumed("hearth's default; nothing was measured"))
  static let efficiency = Sourced(Ratio.percent(88), .assumed("usual for small supplies"))
  static let life = Sourced(Months(48), .assumed("hearth's default"))
  static let residual = Sourced(Ratio.zero, .assumed("hearth's default: worth nothing at the end"))
  static let failures = Sourced(Ratio.percent(3), .assumed("hearth's default"))
  static let adminHours = Sourced(Hours(2), .assumed("hearth's default"))
  static let adminRate = Price<Hour>(30, .eur)
  static let diskPerNode = Sourced(Gigabytes(32), .assumed("hearth's default"))
  static let egress = Sourced(Gigabytes(50), .assumed("hearth's default"))
  static let addresses = Sourced(1, .assumed("hearth's default"))
  static let loadBalancers = Sourced(0, .assumed("hearth's default"))
}
