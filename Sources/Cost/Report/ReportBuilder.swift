package import Diagnostics
import Foundation
package import Inventory
import Prices
package import Units

/// Inventory, catalogue, prices and measurements in; a report out. Pure: no clock, no network, no files but a price
/// series.
package enum ReportBuilder {
  /// - Throws: Every number that is missing or impossible, with its place.
  package static func build(_ context: CostContext) throws(HearthErrors) -> CostReport {
    let settings = context.rack.cost
    let tax = try taxView(context)
    let model = try HomeBuilder.build(context, tax: tax)
    let home = model.monthly()
    let needs = CloudNeedsResolved(context.rack)
    let biller = Biller(
      book: context.book, currency: settings.currency, tax: tax, needs: needs, today: context.today)
    do throws(HearthError) {
      let tariffs = try tariffBounds(context, model, tax)
      let bounds = HomeBounds(model, tariffs: tariffs)
      let market = try biller.market(model.provisioned, perNode: true, term: context.term)
      let pooled = try biller.market(model.provisioned, perNode: false, term: context.term)
      let contenders = market.contenders(allowStale: context.allowsStale)
      let refusal = refusal(market, contenders, context)
      let headline = refusal == nil ? Headline(contenders, home: home, bounds: bounds) : nil
      var report = CostReport(
        rack: context.rack.cluster.name, today: context.today, tax: tax, model: model, home: home, bounds: bounds,
        needs: needs, market: market, pooled: pooled, used: try used(context, model, biller), headline: headline,
        refusal: refusal, otherTaxes: [], ages: context.book.ages(on: context.today), warnings: [], showback: nil,
        derivations: [], controlPlanes: try controlPlanes(contenders, biller))
      if let workloads = context.workloads {
        report.showback = Showback(
          workloads, home: home, capacity: model.capacity,
          clouds: headline.map { [$0.cheapest, $0.median, $0.dearest].map(\.bill.total) } ?? [],
          sharing: context.sharing)
      }
      report.otherTaxes = otherTaxes(report, context)
      report.warnings = Warnings.all(report, context)
      report.derivations = Derivations.all(report, context)
      return report
    } catch {
      throw HearthErrors([error])
    }
  }

  static func taxView(_ context: CostContext) throws(HearthErrors) -> TaxView {
    let settings = context.rack.cost
    let country = settings.country.flatMap { context.catalogue.countries[$0.value] }
    let vat = settings.tax.vat.map { Sourced($0.value, Origin($0.subject)) } ?? country?.vat
    let wanted = settings.tax.treatment ?? (vat == nil ? .asListed : .gross)
    if wanted != .asListed, vat == nil {
      throw HearthErrors([
        HearthError(
          .inventory, "to compare \(wanted.rawValue), the rate of value-added tax must be known",
          subject: Subject(file: context.rack.nodes.first?.source.file),
          hint: "add `cost: {tax: {vat: 19}}`, or `country: DE`")
      ])
    }
    return TaxView(wanted, vat: vat)
  }

  private static func tariffBounds(
    _ context: CostContext, _ model: HomeModel, _ tax: TaxView
  ) throws(HearthError) -> (low: Price<KilowattHour>, high: Price<KilowattHour>) {
    guard let bounds = context.catalogue.tariffBounds, let low = bounds.low.tariff?.value,
      let high = bounds.high.tariff?.value
    else { return (model.tariff.value, model.tariff.value) }
    let rates = context.book.rates
    return (
      Price(tax.home(try rates.convert(low.money, to: model.currency))),
      Price(tax.home(try rates.convert(high.money, to: model.currency)))
    )
  }

  /// Age decides whether there is a headline at all; which machines may be in it, their figures decide.
  private static func refusal(_ market: Market, _ contenders: [CloudBill], _ context: CostContext) -> String? {
    let verdict = context.book.headline(on: context.today, allowStale: context.allowsStale)
    if let refusal = verdict.refusal { return refusal }
    if !contenders.isEmpty { return nil }
    return market.requirement.performance == nil
      ? "nobody measured these boards, so machines can be matched by memory only, which says too little for a verdict"
      : "no provider has a machine that was measured with the same benchmark; see what matches by memory only"
  }

  private static func controlPlanes(
    _ contenders: [CloudBill], _ biller: Biller
  ) throws(HearthError) -> [CostReport.ControlPlanePrice] {
    guard !biller.needs.managedControlPlane else { return [] }
    var managed = biller
    managed.needs.managedControlPlane = true
    var result: [CostReport.ControlPlanePrice] = []
    for bill in contenders {
      let full = try managed.bill(bill.match, provider: bill.provider)
      guard full.lines.contains(where: { $0.kind == .controlPlane }) else { continue }
      result.append(CostReport.ControlPlanePrice(provider: bill.provider.name, money: full.money(.controlPlane)))
    }
    return result
  }

  private static func used(
    _ context: CostContext, _ model: HomeModel, _ biller: Biller
  ) throws(HearthError) -> CostReport.UsedCapacity? {
    guard let workloads = context.workloads, let requirement = workloads.requirement(model) else { return nil }
    return CostReport.UsedCapacity(
      market: try biller.market(requirement, perNode: false, term: context.term),
      serverless: try biller.serverless(workloads), period: workloads.period)
  }

  private static func otherTaxes(_ report: CostReport, _ context: CostContext) -> [CostReport.TaxLine] {
    guard let headline = report.headline, report.tax.vat != nil else { return [] }
    return [.gross, .net, .asListed].filter { $0 != report.tax.treatment }.compactMap { treatment in
      let tax = TaxView(treatment, vat: report.tax.vat)
      guard let home = try? HomeBuilder.build(context, tax: tax).monthly(),
        let bill = try? Biller(
          book: context.book, currency: report.currency, tax: tax, needs: report.needs, today: context.today
        ).bill(headline.cheapest.bill.match, provider: headline.cheapest.bill.provider)
      else { return nil }
      return CostReport.TaxLine(
        treatment: tax, home: home.total, cheapest: bill.total,
        breakEven: BreakEven(outlay: home.capex, cloud: bill.total, running: home.running))
    }
  }
}

extension HomeModel {
  package var capacity: (cores: Cores, memory: Gibibytes) {
    (
      nodes.map { ($0.capacity?.cores ?? .zero) * Decimal($0.count) }.sum(),
      nodes.map { ($0.capacity?.memory ?? .zero) * Decimal($0.count) }.sum()
    )
  }
}

extension CloudNeedsResolved {
  package init(_ rack: Rack) {
    let needs = rack.cost.cloud
    let disk = needs.diskPerNode.map { Sourced($0.value, Origin($0.subject)) } ?? CostDefaults.diskPerNode
    self.init(
      managedControlPlane: needs.controlPlane == .managed,
      disk: disk.map { $0 * Decimal(rack.nodes.count) },
      egress: needs.egress.map { Sourced($0.value, Origin($0.subject)) } ?? CostDefaults.egress,
      addresses: needs.addresses.map { Sourced($0.value, Origin($0.subject)) } ?? CostDefaults.addresses,
      loadBalancers: needs.loadBalancers.map { Sourced($0.value, Origin($0.subject)) } ?? CostDefaults.loadBalancers,
      regions: needs.regions)
  }
}
