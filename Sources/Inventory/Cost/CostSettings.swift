package import Diagnostics
package import Foundation
package import Units

/// What the owner says about the cost of the rack. Nil means that hearth's documented default or a published average
/// holds, and that the report calls it an assumption.
package struct CostSettings: Sendable, Equatable {
  /// In which everything is reported, and in which prices of the inventory are given unless they say otherwise.
  package var currency: Currency = .eur
  /// ISO 3166 code: published averages of tariff, tax and carbon.
  package var country: Stated<String>?
  package var tariff: Stated<Tariff>?
  /// Share of full load at which the boards run.
  package var utilisation: Stated<Ratio>?
  package var amortisation: Stated<Amortisation>?
  package var life: Stated<Months>?
  package var residual: Stated<Ratio>?
  package var failures: Stated<Ratio>?
  /// Of the power supply: what it passes on of what it draws.
  package var efficiency: Stated<Ratio>?
  /// The rack's share of the line, a month.
  package var internet: Stated<Money>?
  package var admin: AdminWork = AdminWork()
  /// Of a kilowatt-hour from the socket.
  package var carbon: Stated<GramsCO2>?
  package var tax: TaxSettings = TaxSettings()
  package var cloud: CloudNeeds = CloudNeeds()
  /// Price lists of the owner's own: YAML files.
  package var priceFiles: [String] = []
  package var meters: [MeterDeclaration] = []

  package init() {}
}

/// How the price of hardware is spread over its life.
package enum Amortisation: Sendable, Equatable {
  case straightLine
  /// As a loan at this interest a year would be paid back.
  case annuity(interest: Ratio)
}

/// Hours that the rack takes of its owner.
package struct AdminWork: Sendable, Equatable {
  package var hours: Stated<Hours>?
  package var rate: Stated<Price<Hour>>?
  /// Off unless the owner wants it: the hours are shown all the same.
  package var isCounted = false
  package init() {}
}

/// Which side of value-added tax the comparison is made on.
package struct TaxSettings: Sendable, Equatable {
  package enum Treatment: String, Sendable, CaseIterable {
    /// Both sides with tax: what a private person pays.
    case gross
    /// Both sides without: what a business pays that gets its tax back.
    case net
    /// As each side states its prices, whatever that is.
    case asListed = "as-listed"
  }
  package var vat: Stated<Ratio>?
  package var treatment: Treatment?
  package init() {}
}

/// What the same rack would need in a cloud besides machines.
package struct CloudNeeds: Sendable, Equatable {
  package enum ControlPlane: String, Sendable, CaseIterable {
    /// On the machines themselves, as at home.
    case own
    /// Rented from the provider.
    case managed
  }
  package var controlPlane: ControlPlane = .own
  /// For each node at home; nil means 32 GB.
  package var diskPerNode: Stated<Gigabytes>?
  /// To the world, a month; nil means 50 GB.
  package var egress: Stated<Gigabytes>?
  /// Public addresses; nil means one.
  package var addresses: Stated<Int>?
  package var loadBalancers: Stated<Int>?
  /// Only regions whose name or continent begins with one of these; empty means all.
  package var regions: [String] = []
  package init() {}
}

/// How many units of a currency make about one euro: for bounds of plausibility only, never for money.
package enum Magnitude {
  private static let table: [String: Decimal] = [
    "JPY": 150, "KRW": 1500, "HUF": 400, "ISK": 150, "CLP": 1000, "COP": 4500, "IDR": 17_000, "VND": 28_000,
    "ARS": 1000, "NGN": 1500, "RSD": 120, "INR": 95, "PKR": 320, "PHP": 65, "THB": 38, "TWD": 35, "CZK": 25,
    "UAH": 45, "EGP": 55, "TRY": 45, "KES": 150, "MXN": 20, "ZAR": 20, "SEK": 11, "NOK": 11, "DKK": 7, "CNY": 8,
    "HKD": 9, "MAD": 10,
  ]

  package static func scaled(_ range: ClosedRange<Decimal>, to currency: Currency) -> ClosedRange<Decimal> {
    let factor = table[currency.code] ?? 1
    return range.lowerBound * factor...range.upperBound * factor
  }
}

/// A value that the inventory gives, and where, so that a report can say it.
package struct Stated<Value: Sendable & Equatable>: Sendable, Equatable {
  package var value: Value
  /// Empty when the value was not read from a file.
  package var subject: Subject

  package init(_ value: Value, at subject: Subject = Subject()) {
    self.value = value
    self.subject = subject
  }

  package func map<Other>(_ change: (Value) -> Other) -> Stated<Other> { Stated<Other>(change(value), at: subject) }
}
