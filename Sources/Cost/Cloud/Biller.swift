package import Diagnostics
import Foundation
import Inventory
package import Prices
package import Units

/// Prices bills: currency, tax and what is included in the machines.
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
    var bill = CloudBill(provider: provider, match: match, lines: [], missing: [], age: age(match))
    for part in match.parts {
      bill.lines.append(
        CloudBill.Line(
          kind: nil, title: "machines", amount: "\(part.count) x \(part.offer.name)", quote: part.offer.quote,
          money: try convert(part.offer.perMonth * Decimal(part.count), part.offer.quote.tax)))
    }
    if needs.managedControlPlane {
      let lines = bill.lines.count
      try add(.controlPlane, 1, "control plane", unit: "", to: &bill)
      bill.lacksControlPlane = bill.lines.count == lines
    }
    func included(_ value: (InstanceOffer.Inclusions) -> Decimal?) -> Decimal {
      match.parts.map { (value($0.offer.included) ?? 0) * Decimal($0.count) }.reduce(0, +)
    }
    let disk = max(0, needs.disk.value.value - included { $0.disk?.value })
    try add(.blockStorage, disk, "disks", unit: " GB", included: needs.disk.value.value - disk, to: &bill)
    let addresses = Decimal(needs.addresses.value)
    let free = min(addresses, included { $0.publicIPv4 ? 1 : 0 })
    try add(.publicIPv4, addresses - free, "public IPv4", unit: "", included: free, to: &bill)
    try leaveOff(included { $0.publicIPv4 && $0.isIPv4Optional ? 1 : 0 } - free, to: &bill)
    let egress = max(0, needs.egress.value.value - included { $0.egress?.value })
    try add(.egress, egress, "traffic out", unit: " GB", included: needs.egress.value.value - egress, to: &bill)
    try add(.loadBalancer, Decimal(needs.loadBalancers.value), "load balancer", unit: "", to: &bill)
    bill.allowance = try allowance(match)
    bill.doubt = match.parts.compactMap { Plausibility.doubt($0.offer) }.first.map { "\($0.message); \($0.hint)" }
    bill.isTaxUnknown = tax.treatment != .asListed && match.parts.contains { $0.offer.quote.tax == .unknown }
    return bill
  }

  /// Addresses that are in the price of machines and that nobody needs.
  private func leaveOff(_ addresses: Decimal, to bill: inout CloudBill) throws(HearthError) {
    guard addresses > 0, let service = service(.publicIPv4, for: bill.match.offer), let quote = service.quote else {
      return
    }
    let money = try convert(service.perMonth(addresses, in: currency), quote.tax)
    bill.lines.append(
      CloudBill.Line(
        kind: .publicIPv4, title: "public IPv4 left off", amount: "\(addresses)", quote: quote, money: -money,
        note: "machines without an address"))
  }

  /// A bill is as old as the oldest number that makes most of it: machines, and the rate that converts them.
  private func age(_ match: Match) -> PriceAge {
    var age: PriceAge?
    for part in match.parts {
      var own = book.age(of: part.offer, on: today)
      for rate in book.rates.used(from: part.offer.quote.money.currency, to: currency) {
        own = own.worse(PriceAge(of: rate.source, on: today))
      }
      age = age?.worse(own) ?? own
    }
    return age ?? .stale(days: nil)
  }

  private func allowance(_ match: Match) throws(HearthError) -> CloudBill.Allowance? {
    guard let shape = match.offer.shape,
      let flexible = book.flexible(of: match.offer.provider).first(where: { $0.name == shape.of }),
      let free = flexible.free
    else { return nil }
    let cut = match.parts.filter { $0.offer.shape?.of == shape.of }
    let processors = cut.map { Decimal(($0.offer.shape?.processors ?? 0) * $0.count) }.reduce(0, +)
    let gibibytes = cut.map { $0.offer.memory.value * Decimal($0.count) }.reduce(0, +)
    guard let money = flexible.allowance(processors: processors, gibibytes: gibibytes) else { return nil }
    return CloudBill.Allowance(
      money: try convert(money, flexible.processor.tax),
      words: "\(free.processorHours) hours of a processor and \(free.gibibyteHours) of a GiB")
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
        money: try convert(money, service.quote?.tax ?? .net), note: note(service, bill)))
  }

  private func note(_ service: ServiceOffer, _ bill: CloudBill) -> String {
    if service.isFree { return "free at \(bill.provider.name)" }
    let isHere = Regions.isEverywhere(service.region) || service.region == bill.match.offer.region
    return isHere ? service.name : "\(service.name), price of \(service.region)"
  }

  /// The cheapest in the machine's own region, otherwise among those that hold everywhere.
  func service(_ kind: ServiceOffer.Kind, for offer: InstanceOffer) -> ServiceOffer? {
    let all = book.services(of: offer.provider).filter { $0.kind == kind && $0.availability != .notOrderable }
    let here = all.filter { $0.region == offer.region }
    let everywhere = all.filter { Regions.isEverywhere($0.region) }
    let candidates = here.isEmpty ? (everywhere.isEmpty ? all : everywhere) : here
    return candidates.min { ($0.quote?.unitPerMonth.amount ?? 0) < ($1.quote?.unitPerMonth.amount ?? 0) }
  }

  func convert(_ money: Money, _ tax: TaxTreatment) throws(HearthError) -> Money {
    self.tax.cloud(try book.rates.convert(money, to: currency), tax)
  }
}
