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
    try checkRegions(context)
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
        needs: needs, market: market, pooled: pooled,
        used: try used(context, model, biller, home, bounds, hasHeadline: headline != nil), headline: headline,
        refusal: refusal, period: PeriodCost(home, tariff: model.tariff.value, today: context.today), otherTaxes: [],
        ages: context.book.ages(on: context.today), warnings: [], showback: nil, derivations: [],
        controlPlanes: try controlPlanes(market, biller))
      report.cheaperUnmeasured = market.cheaperUnmeasured(than: headline?.cheapest.bill)
      report.trend = context.months.map { trend($0, model, home) }
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
    if context.allowsStale, !contenders.isEmpty { return nil }
    let verdict = context.book.headline(on: context.today, allowStale: context.allowsStale)
    if let refusal = verdict.refusal { return refusal }
    if market.requirement.performance == nil {
      return "nobody measured these boards, so machines can be matched by memory only, which says too little for a "
        + "verdict; `hearth bench cpu` measures them"
    }
    guard contenders.count < PriceBook.fewestProviders else { return nil }
    let names = contenders.isEmpty ? "none" : contenders.map(\.provider.name).joined(separator: ", ")
    let left = market.answers.filter { $0.best == nil }
    let out = left.map { answer in
      let why = answer.obstacles.map(\.rawValue).joined(separator: ", ")
      return "\(answer.provider.name) (\(why.isEmpty ? "no match" : why))"
    }
    return "fewer than \(PriceBook.fewestProviders) providers have a machine that can be compared (\(names))"
      + (out.isEmpty ? "" : "; left out: \(out.joined(separator: ", "))")
      + "; " + steps(Set(left.flatMap(\.obstacles)))
  }

  /// What helps against these obstacles.
  private static func steps(_ obstacles: Set<CloudBill.Obstacle>) -> String {
    let known: [(CloudBill.Obstacle, String)] = [
      (.noControlPlane, "compare with a control plane of your own (cost.cloud.controlPlane: own)"),
      (.taxUnknown, "write `tax: net` or `tax: gross` into the price file"),
      (.oldPrice, "fetch newer prices with `hearth cost prices --update`"),
      (.memoryOnly, "measure with `hearth bench cpu`"), (.oldPrice, "add --allow-stale"),
    ]
    let steps = known.filter { obstacles.contains($0.0) }.map(\.1)
    guard let last = steps.last else { return "name more providers in a price file of your own (cost.prices)" }
    return steps.count == 1 ? last : steps.dropLast().joined(separator: ", ") + ", or \(last)"
  }

  /// A region that no provider has is a slip, not a wish that nobody fulfils.
  private static func checkRegions(_ context: CostContext) throws(HearthErrors) {
    let book = context.book
    let offers = book.instances.map { ($0.region, $0.provider) } + book.flexible.map { ($0.region, $0.provider) }
    let pairs = Set(offers.map { "\($0.1)/\($0.0)" })
    let names = Set(
      pairs.flatMap { pair -> [String] in
        let parts = pair.split(separator: "/", maxSplits: 1).map(String.init)
        return parts.count == 2 && !Regions.isEverywhere(parts[1]) ? Regions.names(parts[1], of: parts[0]) : []
      })
    let unknown = context.rack.cost.cloud.regions.filter { wish in !names.contains { $0.hasPrefix(wish) } }
    guard !unknown.isEmpty else { return }
    throw HearthErrors(
      unknown.map { wish in
        HearthError(
          .inventory, "no provider has a region that begins with `\(wish)`",
          subject: Subject(file: context.rack.nodes.first?.source.file),
          hint: "known regions are \(names.sorted().joined(separator: ", "))")
      })
  }

  private static func trend(_ month: MeasuredMonth, _ model: HomeModel, _ home: HomeCost) -> TrendMonth {
    let tariff = model.tariff.value
    var modelled = model
    modelled.measured = nil
    let covered = model.measured?.covered ?? []
    if !covered.isEmpty { modelled.items = model.items.filter { covered.contains($0.name) } }
    let expected =
      month.energy.value > 0 ? tariff * (modelled.watts * month.known).kilowattHours : .zero(model.currency)
    let capacity = model.capacity
    let namespaces = month.namespaces.map { use -> (name: String, money: Money) in
      let cores = capacity.cores.value > 0 ? use.cores / capacity.cores : 0
      let memory = capacity.memory.value > 0 ? use.memory / capacity.memory : 0
      return (use.namespace, home.total * ((cores + memory) / 2))
    }
    return TrendMonth(
      measured: month, electricity: tariff * month.energy, expected: expected, namespaces: namespaces)
  }

  private static func controlPlanes(
    _ market: Market, _ biller: Biller
  ) throws(HearthError) -> [CostReport.ControlPlanePrice] {
    guard !biller.needs.managedControlPlane else { return [] }
    var managed = biller
    managed.needs.managedControlPlane = true
    var result: [CostReport.ControlPlanePrice] = []
    for bill in market.answers.compactMap(\.shown) {
      let full = try managed.bill(bill.match, provider: bill.provider)
      guard let line = full.lines.first(where: { $0.kind == .controlPlane }) else { continue }
      result.append(
        CostReport.ControlPlanePrice(
          provider: bill.provider.name, money: full.money(.controlPlane), isFree: line.quote == nil))
    }
    return result
  }

  private static func used(
    _ context: CostContext, _ model: HomeModel, _ biller: Biller, _ home: HomeCost, _ bounds: HomeBounds,
    hasHeadline: Bool
  ) throws(HearthError) -> CostReport.UsedCapacity? {
    guard let workloads = context.workloads, let requirement = workloads.requirement(model) else { return nil }
    let market = try biller.market(requirement, perNode: false, term: context.term)
    let contenders = market.contenders(allowStale: context.allowsStale)
    return CostReport.UsedCapacity(
      market: market, headline: hasHeadline ? Headline(contenders, home: home, bounds: bounds) : nil,
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
    let disk = needs.diskPerNode.sourced(or: CostDefaults.diskPerNode)
    self.init(
      managedControlPlane: needs.controlPlane == .managed,
      disk: disk.map { $0 * Decimal(rack.nodes.count) },
      egress: needs.egress.sourced(or: CostDefaults.egress),
      addresses: needs.addresses.sourced(or: CostDefaults.addresses),
      loadBalancers: needs.loadBalancers.sourced(or: CostDefaults.loadBalancers),
      regions: needs.regions)
  }
}
