import Foundation
import Inventory
import Prices
import Units

/// The formulas behind cloud bills and break-even.
enum HeadlineDerivations {
  typealias Input = Derivation.Input

  static func all(_ report: CostReport, _ context: CostContext) -> [Derivation] {
    var all: [Derivation] = [requirement(report)]
    for answer in report.market.answers {
      guard let bill = answer.shown else { continue }
      all.append(match(bill, report, context))
      all.append(self.bill(bill, report, context))
    }
    if let headline = report.headline {
      for (name, contender) in headline.rows {
        all.append(breakEven(name, contender, report))
      }
    }
    return all
  }

  private static func requirement(_ report: CostReport) -> Derivation {
    let requirement = report.market.requirement
    return Derivation(
      "cloud.requirement", "What must be matched", formula: "sum over the boards",
      inputs: report.model.nodes.map { node in
        let capacity = node.capacity
        let speed = capacity?.performance.map { "\($0.value)" } ?? "no figure"
        return Input(
          node.name, "\(node.title): \(capacity?.memory ?? .zero), \(speed)",
          capacity?.performance?.origin ?? .assumed("nobody measured it"))
      },
      result: "\(requirement.memory), \(requirement.performance.map { "\($0)" } ?? "performance unknown")")
  }

  private static func match(_ bill: CloudBill, _ report: CostReport, _ context: CostContext) -> Derivation {
    let match = bill.match
    var inputs: [Input] = []
    for part in match.parts {
      let offer = part.offer
      let name = match.parts.count == 1 ? "" : " of \(offer.name)"
      inputs.append(Input("memory\(name)", "\(offer.memory) each", .prices(offer.quote.source)))
      guard let family = context.book.family(of: offer) else { continue }
      inputs.append(
        Input(
          "performance\(name)",
          "\((family.perVCPU * Decimal(offer.vcpus)).description(0)) each: \(offer.vcpus) vCPU of "
            + "\(family.perVCPU.description(0)) (\(family.name))", .prices(family.source)))
    }
    let speed = match.byPerformance.map { "\($0) by performance" } ?? "no figure for performance"
    return Derivation(
      "cloud.\(bill.provider.id).count",
      "\(bill.provider.name): how many \(match.parts.map(\.offer.name).joined(separator: ", "))",
      formula: match.isPerNode
        ? "for each board max(ceil(memory), ceil(performance)), summed"
        : "max(ceil(memory), ceil(performance)) of the whole rack",
      inputs: inputs, result: "\(match.count)",
      notes: ["\(match.byMemory) by memory, \(speed); bound by \(match.binding.rawValue)"]
        + (bill.marks.isEmpty ? [] : ["marked: \(bill.marks.joined(separator: ", "))"]))
  }

  private static func bill(_ bill: CloudBill, _ report: CostReport, _ context: CostContext) -> Derivation {
    var notes = bill.missing.map { "no price for \($0)" }
    for currency in Set(bill.lines.compactMap { $0.quote?.money.currency }).sorted(by: { $0.code < $1.code }) {
      for rate in context.book.rates.used(from: currency, to: report.currency) {
        notes.append("EUR 1 = \(rate.currency) \(rate.perEuro.brief) [\(rate.source)]")
      }
    }
    if report.tax.treatment == .gross, let vat = report.tax.vat {
      notes.append("prices without tax get \(vat.value) VAT")
    }
    return Derivation(
      "cloud.\(bill.provider.id).total", "\(bill.provider.name) a month, region \(bill.match.offer.region)",
      formula: "machines + control plane + disks + public IPv4 + traffic + load balancer",
      inputs: bill.lines.map { line in
        let quote = line.quote.map { " at \($0)" } ?? ""
        let note = line.note.map { " (\($0))" } ?? ""
        return Input(
          line.title, "\(line.amount)\(quote) = \(line.money)\(note)",
          line.quote.map { .prices($0.source) } ?? .prices(bill.match.offer.quote.source))
      }, result: bill.total,
      notes: notes + ["prices are \(bill.age)"]
        + (bill.allowance.map {
          ["free hours of an account (\($0.words)) would take \($0.money) off; they are not taken off"]
        } ?? []))
  }

  private static func breakEven(_ name: String, _ contender: Contender, _ report: CostReport) -> Derivation {
    let home = report.home
    let cloud = Input("cloud", contender.bill.total, .derived("cloud.\(contender.bill.provider.id).total"))
    return Derivation(
      "break-even.\(name)", "Break-even against \(contender.bill.provider.name)",
      formula: "hardware / (cloud - running cost at home)",
      inputs: [
        Input("hardware", home.capex, .derived("home.capex")), cloud,
        Input("running", home.running, .derived("home.total")),
      ], result: contender.breakEven,
      notes: (contender.paysOff ? [] : ["longer than the life of \(contender.life): it does not pay off"]) + [
        "range \(contender.earliest) to \(contender.latest): \(report.bounds.words)",
        "savings \(contender.savingsPerYear) a year = 12 x (cloud - home)",
        "running cost is electricity, spares and internet, without amortisation; nothing is sold at the end",
      ])
  }
}
