package import Diagnostics
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
  package var age: PriceAge

  package var currency: Currency { lines.first?.money.currency ?? .eur }
  package var total: Money { lines.map(\.money).sum(in: currency) }

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

/// Prices bills: currency, tax and what is included in the instance.
package struct Biller {
  package var book: PriceBook
  package var currency: Currency
  package var tax: TaxView
  package var needs: CloudNeedsResolved
  package var today: Day

  package init(book: PriceBook, currency: Currency, tax: TaxView, needs: CloudNeedsResolved, today: Day) {
    self.book = book
    self.currency = currency
    self.tax = tax
    self.needs = needs
    self.today = today
  }

  /// - Throws: ``HearthError`` `inventory` when a currency has no rate.
  package func bill(_ match: Match, provider: Provider) throws(HearthError) -> CloudBill {
    let offer = match.offer
    var bill = CloudBill(
      provider: provider, match: match, lines: [], missing: [], age: book.age(of: offer, on: today))
    bill.lines.append(
      CloudBill.Line(
        kind: nil, title: "machines", amount: "\(match.count) x \(offer.name)", quote: offer.quote,
        money: try convert(offer.perMonth * Decimal(match.count), offer.quote.tax)))

    if needs.managedControlPlane { try add(.controlPlane, 1, "control plane", unit: "", to: &bill) }
    let disk = max(0, needs.disk.value.value - (offer.included.disk?.value ?? 0) * Decimal(match.count))
    try add(.blockStorage, disk, "disks", unit: " GB", included: needs.disk.value.value - disk, to: &bill)
    let addresses = Decimal(needs.addresses.value)
    let free = offer.included.publicIPv4 ? min(addresses, Decimal(match.count)) : 0
    try add(.publicIPv4, addresses - free, "public IPv4", unit: "", included: free, to: &bill)
    let egress = max(0, needs.egress.value.value - (offer.included.egress?.value ?? 0) * Decimal(match.count))
    try add(.egress, egress, "traffic out", unit: " GB", included: needs.egress.value.value - egress, to: &bill)
    try add(.loadBalancer, Decimal(needs.loadBalancers.value), "load balancer", unit: "", to: &bill)
    return bill
  }

  private func add(
    _ kind: ServiceOffer.Kind, _ units: Decimal, _ title: String, unit: String, included: Decimal = 0,
    to bill: inout CloudBill
  ) throws(HearthError) {
    if units == 0 {
      if included > 0 {
        bill.lines.append(
          CloudBill.Line(
            kind: kind, title: title, amount: "\(included.rounded(0))\(unit)", quote: nil, money: .zero(currency),
            note: "in the price of the machines"))
      }
      return
    }
    guard let service = service(kind, for: bill.match.offer) else {
      bill.missing.append("\(title) (\(units.rounded(0))\(unit))")
      return
    }
    let money = service.perMonth(units, in: currency)
    bill.lines.append(
      CloudBill.Line(
        kind: kind, title: title, amount: "\(units.rounded(0))\(unit)", quote: service.quote,
        money: try convert(money, service.quote?.tax ?? .net),
        note: note(service, bill)))
  }

  private func note(_ service: ServiceOffer, _ bill: CloudBill) -> String {
    if service.isFree { return "free at \(bill.provider.name)" }
    let elsewhere = isEverywhere(service) || service.region == bill.match.offer.region
    return elsewhere ? service.name : "\(service.name), price of \(service.region)"
  }

  private func isEverywhere(_ service: ServiceOffer) -> Bool { ["*", "all", "global"].contains(service.region) }

  /// The cheapest in the machine's own region, otherwise among those that hold everywhere.
  private func service(_ kind: ServiceOffer.Kind, for offer: InstanceOffer) -> ServiceOffer? {
    let all = book.services.filter {
      $0.provider == offer.provider && $0.kind == kind && $0.availability != .notOrderable
    }
    let here = all.filter { $0.region == offer.region }
    let everywhere = all.filter(isEverywhere)
    let candidates = here.isEmpty ? (everywhere.isEmpty ? all : everywhere) : here
    return candidates.min { ($0.quote?.unitPerMonth.amount ?? 0) < ($1.quote?.unitPerMonth.amount ?? 0) }
  }

  private func convert(_ money: Money, _ tax: TaxTreatment) throws(HearthError) -> Money {
    self.tax.cloud(try book.rates.convert(money, to: currency), tax)
  }
}
