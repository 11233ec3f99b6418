import Foundation
import Units

/// The home's month as rows of the FinOps Open Cost and Usage Specification, version 1.2: a row for each charge, or for
/// each charge and namespace when usage was sampled.
package enum ReportFOCUS {
  static let columns = [
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodStart", "ChargePeriodEnd",
    "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost",
    "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId", "ResourceId", "ResourceName",
    "ResourceType", "ServiceCategory", "ServiceName", "SubAccountId", "SubAccountName", "x_Formula",
  ]

  private struct Charge {
    var description: String
    var money: Money
    var quantity: Decimal
    var unit: String
    var category: String
    var service: String
    var formula: String
  }

  package static func text(_ report: CostReport) -> String {
    var table = CSVTable(header: columns)
    let home = report.home
    var charges = [
      Charge(
        description: "Amortisation of hardware", money: home.amortisation, quantity: 1, unit: "Months",
        category: "Compute", service: "Hardware", formula: "home.amortisation"),
      Charge(
        description: "Electricity", money: home.electricity, quantity: home.energy.value, unit: "kWh",
        category: "Compute", service: "Electricity", formula: "home.electricity"),
      Charge(
        description: "Replacement of failed hardware", money: home.spares, quantity: 1, unit: "Months",
        category: "Compute", service: "Spares", formula: "home.spares"),
    ]
    if home.internet.amount > 0 {
      charges.append(
        Charge(
          description: "Share of the line", money: home.internet, quantity: 1, unit: "Months",
          category: "Networking", service: "Internet", formula: "home.internet"))
    }
    if home.countsAdmin {
      charges.append(
        Charge(
          description: "Work on the rack", money: home.admin, quantity: report.model.adminHours.value.value,
          unit: "Hours", category: "Management and Governance", service: "Administration", formula: "home.admin"))
    }
    let shares = shares(report)
    for charge in charges {
      for (namespace, share) in shares {
        table.rows.append(row(charge, namespace: namespace, share: share, report))
      }
    }
    return table.text
  }

  /// Of each namespace and of what is idle; everything in one row without usage.
  private static func shares(_ report: CostReport) -> [(String?, Decimal)] {
    guard let showback = report.showback, report.home.total.amount > 0 else { return [(nil, 1)] }
    var shares: [(String?, Decimal)] = showback.lines.map { ($0.namespace, $0.home / report.home.total) }
    if showback.idle.amount > 0 { shares.append(("__idle__", showback.idle / report.home.total)) }
    return shares
  }

  private static func row(_ charge: Charge, namespace: String?, share: Decimal, _ report: CostReport) -> [String] {
    let start = Day(year: report.today.year, month: report.today.month, day: 1) ?? report.today
    let period = ("\(start)T00:00:00Z", "\(start.adding(months: 1))T00:00:00Z")
    // Unrounded to ten digits, so that the rows of a charge add up to it.
    let money = (charge.money.amount * share).rounded(10).plain
    let quantity = (charge.quantity * share).rounded(10).plain
    let values: [String: String] = [
      "BilledCost": money, "BillingAccountId": report.rack, "BillingAccountName": report.rack,
      "BillingCurrency": report.currency.code, "BillingPeriodStart": period.0, "BillingPeriodEnd": period.1,
      "ChargeCategory": "Usage", "ChargeClass": "", "ChargeDescription": charge.description,
      "ChargeFrequency": "Recurring", "ChargePeriodStart": period.0, "ChargePeriodEnd": period.1,
      "ConsumedQuantity": quantity, "ConsumedUnit": charge.unit, "ContractedCost": money, "EffectiveCost": money,
      "InvoiceIssuerName": "home", "ListCost": money, "PricingQuantity": quantity, "PricingUnit": charge.unit,
      "ProviderName": "home", "PublisherName": "home", "RegionId": "home",
      "ResourceId": "\(report.rack)/\(charge.service)",
      "ResourceName": charge.service, "ResourceType": "Rack", "ServiceCategory": charge.category,
      "ServiceName": charge.service, "SubAccountId": namespace ?? "", "SubAccountName": namespace ?? "",
      "x_Formula": charge.formula,
    ]
    return columns.map { values[$0] ?? "" }
  }
}
