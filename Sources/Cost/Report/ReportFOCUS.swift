import Foundation
import Units

/// This month so far at home as rows of the FinOps Open Cost and Usage Specification, version 1.2 or 1.3: a row for each
/// charge, or for each charge and namespace when usage was sampled.
///
/// In 1.2 a namespace is a sub-account. In 1.3 it is what a charge is allocated to, and everything else in its rows is as
/// in the charge that was split. The names of 1.2 that 1.3 calls deprecated are still mandatory there.
///
/// Hardware was paid when it was bought: its amortisation is in the effective cost and in nothing that is billed, as the
/// specification demands. Periods are those of the calendar in UTC, up to the end of the report's day.
package enum ReportFOCUS {
  package enum Version: String, Sendable, CaseIterable {
    case v1_2 = "1.2"
    case v1_3 = "1.3"

    var columns: [String] { self == .v1_2 ? ReportFOCUS.columns : (ReportFOCUS.columns + ReportFOCUS.added).sorted() }
  }

  private static let added = [
    "AllocatedMethodDetails", "AllocatedMethodId", "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags",
    "HostProviderName", "ServiceProviderName",
  ]

  static let columns = [
    "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingAccountType", "BillingCurrency",
    "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency",
    "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice",
    "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus",
    "CommitmentDiscountType", "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost", "ListUnitPrice",
    "PricingCategory", "PricingCurrency",
    "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId",
    "ResourceName", "ResourceType", "ServiceCategory", "ServiceName", "ServiceSubcategory", "SkuId", "SkuPriceId",
    "SubAccountId", "SubAccountName", "SubAccountType", "Tags", "x_Formula", "x_Idle",
  ]

  private struct Charge {
    var description: String
    var money: Money
    var quantity: Decimal
    var unit: String
    var category: String
    var subcategory: String
    var service: String
    var formula: String
    var frequency = "Recurring"
    /// Paid in this period; what was paid before is amortised.
    var isBilled = true
  }

  package static func text(_ report: CostReport, version: Version = .v1_2) -> String {
    var table = CSVTable(header: version.columns)
    let shares = shares(report)
    for charge in charges(report) {
      for share in shares {
        var values = row(charge, share, report)
        if version == .v1_3 { values.merge(allocation(share, among: shares, report)) { $1 } }
        table.rows.append(version.columns.map { values[$0] ?? "" })
      }
    }
    return table.text
  }

  private static func charges(_ report: CostReport) -> [Charge] {
    let period = report.period
    var charges = [
      Charge(
        description: "Amortisation of hardware", money: period.amortisation, quantity: period.share, unit: "Months",
        category: "Compute", subcategory: "Other (Compute)", service: "Hardware", formula: "home.amortisation",
        isBilled: false),
      Charge(
        description: "Electricity", money: period.electricity, quantity: period.energy.value, unit: "kWh",
        category: "Compute", subcategory: "Other (Compute)", service: "Electricity", formula: "home.electricity",
        frequency: "Usage-Based"),
      Charge(
        description: "Replacement of failed hardware", money: period.spares, quantity: period.share, unit: "Months",
        category: "Compute", subcategory: "Other (Compute)", service: "Spares", formula: "home.spares"),
    ]
    if period.internet.amount > 0 {
      charges.append(
        Charge(
          description: "Share of the line", money: period.internet, quantity: period.share, unit: "Months",
          category: "Networking", subcategory: "Other (Networking)", service: "Internet", formula: "home.internet"))
    }
    if report.home.countsAdmin {
      charges.append(
        Charge(
          description: "Work on the rack", money: period.admin,
          quantity: report.model.adminHours.value.value * period.share, unit: "Hours",
          category: "Management and Governance", subcategory: "Other (Management and Governance)",
          service: "Administration", formula: "home.admin"))
    }
    return charges
  }

  private struct Share {
    var namespace: String?
    var isIdle = false
    var part: Decimal
    /// What it asked for or used, whatever is more.
    var cores: Cores?
    var memory: Gibibytes?
  }

  /// Of each namespace and of what is idle; everything in one row without usage.
  private static func shares(_ report: CostReport) -> [Share] {
    guard let showback = report.showback, report.home.total.amount > 0 else { return [Share(part: 1)] }
    var shares = showback.lines.map {
      Share(namespace: $0.namespace, part: $0.home / report.home.total, cores: $0.cores, memory: $0.memory)
    }
    if showback.idle.amount > 0 { shares.append(Share(isIdle: true, part: showback.idle / report.home.total)) }
    return shares
  }

  /// What 1.3 says of a charge that was split. Its ratios make one: the last takes what rounding left.
  private static func allocation(_ share: Share, among shares: [Share], _ report: CostReport) -> [String: String] {
    var values = ["HostProviderName": "home", "ServiceProviderName": "home"]
    guard report.showback != nil, let last = shares.last else { return values }
    for column in ["SubAccountId", "SubAccountName", "SubAccountType"] { values[column] = "" }
    let isLast = share.namespace == last.namespace && share.isIdle == last.isIdle
    let ratio = isLast ? 1 - shares.dropLast().map { $0.part.rounded(10) }.reduce(0, +) : share.part.rounded(10)
    var element = "\"AllocatedRatio\": \(ratio.plain)"
    if let cores = share.cores { element += ", \"x_Cores\": \(plain(cores.value))" }
    if let memory = share.memory { element += ", \"x_MemoryGiB\": \(plain(memory.value))" }
    values["AllocatedMethodId"] = "hearth-cores-and-memory-\(report.showback?.sharing.rawValue ?? "")"
    values["AllocatedMethodDetails"] = "{\"Elements\": [{\(element)}]}"
    // What is idle is allocated to nothing.
    values["AllocatedResourceId"] = share.namespace ?? ""
    values["AllocatedResourceName"] = share.namespace ?? ""
    return values
  }

  /// Rounded to ten digits, so that the rows of a charge add up to it.
  private static func plain(_ value: Decimal) -> String { value.rounded(10).plain }

  private static func row(_ charge: Charge, _ share: Share, _ report: CostReport) -> [String: String] {
    let period = report.period
    func time(_ day: Day) -> String { "\(day)T00:00:00Z" }
    let quantity = charge.quantity * share.part
    let money = plain(charge.money.amount * share.part)
    let price = charge.quantity > 0 ? plain(charge.money.amount / charge.quantity) : ""
    let sku = "\(report.rack)/\(charge.service)"
    return [
      "BilledCost": charge.isBilled ? money : "0", "BillingAccountId": report.rack, "BillingAccountName": report.rack,
      "BillingAccountType": "Rack", "BillingCurrency": report.currency.code,
      "BillingPeriodStart": time(period.monthStart), "BillingPeriodEnd": time(period.monthEnd),
      "ChargeCategory": "Usage", "ChargeDescription": charge.description, "ChargeFrequency": charge.frequency,
      "ChargePeriodStart": time(period.start), "ChargePeriodEnd": time(period.end), "ConsumedQuantity": plain(quantity),
      "ConsumedUnit": charge.unit, "ContractedCost": money, "ContractedUnitPrice": price, "EffectiveCost": money,
      "InvoiceIssuerName": "home", "ListCost": money, "ListUnitPrice": price, "PricingCategory": "Standard",
      "PricingCurrency": report.currency.code, "PricingQuantity": plain(quantity), "PricingUnit": charge.unit,
      "ProviderName": "home", "PublisherName": "home", "RegionId": "home", "RegionName": "Home", "ResourceId": sku,
      "ResourceName": charge.service, "ResourceType": "Rack", "ServiceCategory": charge.category,
      "ServiceName": charge.service, "ServiceSubcategory": charge.subcategory, "SkuId": sku, "SkuPriceId": sku,
      "SubAccountId": share.namespace ?? "", "SubAccountName": share.namespace ?? "",
      "SubAccountType": share.namespace == nil ? "" : "Namespace", "Tags": "{}", "x_Formula": charge.formula,
      "x_Idle": "\(share.isIdle)",
    ]
  }
}
