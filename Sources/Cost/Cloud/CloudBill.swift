import Foundation
package import Prices
package import Units

/// What a month in one cloud costs, line by line, in the report's currency and tax treatment.
package struct CloudBill: Sendable, Equatable {
  package struct Line: Sendable, Equatable {
    package var kind: ServiceOffer.Kind?
    package var title: String
    /// `4 x cax21`, `50 GB`.
    package var amount: String
    /// As the list has it; nil for what is included or free.
    package var quote: Quote?
    package var money: Money
    package var note: String?
  }

  package var provider: Provider
  package var match: Match
  package var lines: [Line]
  /// Needed, but in no price list: the bill is too low by these.
  package var missing: [String]
  /// Of the oldest machine price or exchange rate in it.
  package var age: PriceAge
  /// What free hours of an account would take off it; shown, never taken off.
  package var allowance: Allowance?
  /// A managed control plane is wanted and this provider sells none.
  package var lacksControlPlane = false
  /// The list does not say whether tax is in its prices, and the comparison needs to know.
  package var isTaxUnknown = false
  /// Why the price of its machines cannot be; nil for what may be.
  package var doubt: String?

  package struct Allowance: Sendable, Equatable {
    package var money: Money
    /// `1500 hours of a processor, 9000 of a GiB`.
    package var words: String
  }

  package var currency: Currency { lines.first?.money.currency ?? .eur }
  package var total: Money { lines.map(\.money).sum(in: currency) }

  /// May set the headline, but for its age.
  package var isComparable: Bool { match.isComparable && !lacksControlPlane && !isTaxUnknown && doubt == nil }

  /// Why it may not set the headline, what holds for the whole provider first; empty for what may.
  package var obstacles: [Obstacle] {
    let parts = match.parts.map(\.offer)
    return [
      lacksControlPlane ? .noControlPlane : nil, isTaxUnknown ? .taxUnknown : nil,
      doubt == nil ? nil : .implausible, age.isUsable ? nil : .oldPrice,
      match.byPerformance == nil ? .memoryOnly : nil,
      parts.contains(where: \.isPreemptible) ? .preemptible : nil,
      parts.contains { $0.availability == .notOrderable } ? .notOrderable : nil,
    ].compactMap(\.self)
  }

  package enum Obstacle: String, Sendable {
    case noControlPlane = "no managed control plane"
    case taxUnknown = "tax unknown"
    case implausible = "implausible price"
    case oldPrice = "old prices"
    case memoryOnly = "memory only"
    case preemptible
    case notOrderable = "not orderable"
  }

  /// What the reader must know, shortest first.
  package var marks: [String] {
    match.marks + (doubt == nil ? [] : ["implausible price"]) + (isTaxUnknown ? ["tax unknown"] : [])
      + (lacksControlPlane ? ["no managed control plane"] : [])
  }

  package var region: String { match.offer.region }

  package func money(_ kind: ServiceOffer.Kind?) -> Money {
    lines.filter { $0.kind == kind }.map(\.money).sum(in: currency)
  }
}

/// What is needed besides machines.
package struct CloudNeedsResolved: Sendable, Equatable {
  package var managedControlPlane: Bool
  /// For the whole rack.
  package var disk: Sourced<Gigabytes>
  package var egress: Sourced<Gigabytes>
  package var addresses: Sourced<Int>
  package var loadBalancers: Sourced<Int>
  package var regions: [String]
}
