import Inventory
package import Prices
package import Units

/// Everything that a report says, as values; renderers turn it into text, pages and files.
package struct CostReport: Sendable {
  package var rack: String
  package var today: Day
  package var tax: TaxView
  package var model: HomeModel
  package var home: HomeCost
  package var bounds: HomeBounds
  package var needs: CloudNeedsResolved
  /// The rack machine by machine.
  package var market: Market
  /// The same capacity in as few machines as one likes.
  package var pooled: Market
  /// What workloads use, if that was sampled.
  package var used: UsedCapacity?
  package var headline: Headline?
  /// Why there is none.
  package var refusal: String?
  /// Cheaper than the headline's cheapest, if they are as fast: nobody measured them.
  package var cheaperUnmeasured: [CloudBill] = []
  /// This month so far, by the calendar.
  package var period: PeriodCost
  /// Months of samples.
  package var trend: [TrendMonth] = []
  /// The headline's three bills and home on the other sides of tax.
  package var otherTaxes: [TaxLine]
  package var ages: [ProviderAge]
  package var warnings: [String]
  package var showback: Showback?
  package var derivations: [Derivation]
  /// What a managed control plane costs at each provider that is shown; empty if it is in the bills already.
  package var controlPlanes: [ControlPlanePrice]

  package var currency: Currency { model.currency }

  package struct TaxLine: Sendable, Equatable {
    package var treatment: TaxView
    package var home: Money
    package var cheapest: Money
    package var breakEven: BreakEven
  }

  package struct ControlPlanePrice: Sendable, Equatable {
    package var provider: String
    package var money: Money
    package var isFree: Bool
  }

  package struct UsedCapacity: Sendable {
    package var market: Market
    /// The same three rows as for all of the rack.
    package var headline: Headline?
    package var serverless: [Serverless]
    package var period: String
  }

  /// Containers without servers, for what workloads use.
  package struct Serverless: Sendable, Equatable {
    package var provider: Provider
    package var region: String
    package var money: Money
    package var cores: Cores
    package var memory: Gibibytes
  }

  /// What no number says, in short.
  package static let notComparableShort =
    "No number says that a cloud promises availability and replaces what breaks, while at home there is one power feed, "
    + "one line and you; nor that hardware can be sold, and that data at home stays at home."

  /// What no number says.
  package static let notComparable = [
    "A cloud promises availability and pays when it fails; at home there is one power feed, one line and you.",
    "A cloud replaces broken hardware in minutes; at home spares cost money (counted) and your time (shown).",
    "Managed services include backups, monitoring and support; a rack has what you set up.",
    "Cloud machines can be given back after an hour; hardware is yours, and worth something when it is sold.",
    "At home data and keys stay at home, and traffic in the house is free.",
  ]
}
