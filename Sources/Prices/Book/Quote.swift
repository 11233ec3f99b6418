import Foundation
package import Units

/// One number of a price list, with everything that must be known to compare it with another.
package struct Quote: Sendable, Hashable, Codable {
  /// For one ``unit``; always more than zero, since a price of nothing is a missing price.
  package var money: Money
  package var unit: BillingUnit
  package var tax: TaxTreatment
  package var source: PriceSource

  /// Nil for amounts of zero or less.
  package init?(_ money: Money, per unit: BillingUnit, tax: TaxTreatment, source: PriceSource) {
    guard money.amount > 0 else { return nil }
    self.money = money
    self.unit = unit
    self.tax = tax
    self.source = source
  }

  /// What a month of 730 hours costs; nil for what is sold by the amount.
  package var perMonth: Money? {
    switch unit {
    case .hour: money * Hours.perMonth.value
    case .month: money
    default: nil
    }
  }

  /// What one of it costs for a month: storage as it is, hourly rates times 730.
  package var unitPerMonth: Money {
    switch unit {
    case .hour, .vcpuHour, .gibibyteHour: money * Hours.perMonth.value
    case .month, .gigabyteMonth, .gigabyte: money
    }
  }
}

/// What a price is for one of.
package enum BillingUnit: String, Sendable, Codable, CaseIterable {
  case hour
  case month
  /// 10⁹ bytes kept for a month.
  case gigabyteMonth = "gigabyte-month"
  /// 10⁹ bytes moved.
  case gigabyte
  case vcpuHour = "vcpu-hour"
  case gibibyteHour = "gibibyte-hour"

  /// Completes "EUR 0.01 per".
  package var words: String {
    switch self {
    case .hour: "hour"
    case .month: "month"
    case .gigabyteMonth: "GB and month"
    case .gigabyte: "GB"
    case .vcpuHour: "vCPU and hour"
    case .gibibyteHour: "GiB and hour"
    }
  }
}

package enum TaxTreatment: String, Sendable, Codable, CaseIterable {
  /// Sales tax comes on top.
  case net
  /// Sales tax is in it.
  case gross
  case unknown
}

extension Quote: CustomStringConvertible {
  /// `USD 0.0978 per hour, net`.
  package var description: String {
    "\(money.exactDescription) per \(unit.words)" + (tax == .unknown ? ", tax unknown" : ", \(tax.rawValue)")
  }
}
