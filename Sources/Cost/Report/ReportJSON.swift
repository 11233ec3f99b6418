import Foundation
import Inventory
import Prices
import Units

/// A report for programs. Amounts are texts with a decimal point, so that no reader takes them for binary numbers.
package enum ReportJSON {
  package static func text(_ report: CostReport, scenarios: [Scenario]) -> String {
    var document = Document(report)
    document.whatIf = scenarios.map { Named(name: $0.name, report: Document($0.report)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(document) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private struct Named: Encodable {
    var name: String
    var report: Document
  }

  private struct Bill: Encodable {
    var provider: String
    var instance: String
    var region: String
    var count: Int
    var countByMemory: Int
    var countByPerformance: Int?
    var boundBy: String
    var marks: [String]
    var priceAgeDays: Int?
    var isUsable: Bool
    var perMonth: String
    var lines: [String: String]
    var missing: [String]

    init(_ bill: CloudBill) {
      provider = bill.provider.id
      instance = bill.match.offer.name
      region = bill.match.offer.region
      count = bill.match.count
      countByMemory = bill.match.byMemory
      countByPerformance = bill.match.byPerformance
      boundBy = bill.match.binding.rawValue
      marks = bill.match.marks
      priceAgeDays = bill.age.days
      isUsable = bill.age.isUsable
      perMonth = ReportJSON.number(bill.total)
      lines = Dictionary(bill.lines.map { ($0.title, ReportJSON.number($0.money)) }) { first, _ in first }
      missing = bill.missing
    }
  }

  private struct Against: Encodable {
    var bill: Bill
    var savingsPerYear: String
    var breakEvenMonths: String?
    var breakEvenEarliest: String?
    var breakEvenLatest: String?

    init(_ contender: Contender) {
      bill = Bill(contender.bill)
      savingsPerYear = ReportJSON.number(contender.savingsPerYear)
      breakEvenMonths = contender.breakEven.months?.value.fixed(2)
      breakEvenEarliest = contender.earliest.months?.value.fixed(2)
      breakEvenLatest = contender.latest.months?.value.fixed(2)
    }
  }

  private struct Home: Encodable {
    var capex, amortisation, electricity, spares, internet, admin, total, running: String
    var adminCounted: Bool
    var watts, kilowattHours: String
    var kilogramsCO2: String?

    init(_ home: HomeCost) {
      capex = ReportJSON.number(home.capex)
      amortisation = ReportJSON.number(home.amortisation)
      electricity = ReportJSON.number(home.electricity)
      spares = ReportJSON.number(home.spares)
      internet = ReportJSON.number(home.internet)
      admin = ReportJSON.number(home.admin)
      total = ReportJSON.number(home.total)
      running = ReportJSON.number(home.running)
      adminCounted = home.countsAdmin
      watts = home.watts.value.fixed(3)
      kilowattHours = home.energy.value.fixed(3)
      kilogramsCO2 = home.carbon?.value.fixed(3)
    }
  }

  private struct Namespace: Encodable {
    var name, cores, gibibytes, home, idleShare: String
    var cloudAvoided: [String]
  }

  private struct Number: Encodable {
    struct Input: Encodable { var symbol, value, source: String }
    var id, title, formula, result: String
    var inputs: [Input]
    var notes: [String]
  }

  private struct Document: Encodable {
    var version = 1
    var rack, day, currency, tax: String
    var home: Home
    var cheapest, median, dearest: Against?
    var refusal: String?
    var providers, pooled: [Bill]
    var showback: [Namespace]?
    var idle: String?
    var warnings, notComparable: [String]
    var numbers: [Number]
    var whatIf: [Named] = []

    init(_ report: CostReport) {
      rack = report.rack
      day = "\(report.today)"
      currency = report.currency.code
      tax = report.tax.treatment.rawValue
      home = Home(report.home)
      cheapest = report.headline.map { Against($0.cheapest) }
      median = report.headline.map { Against($0.median) }
      dearest = report.headline.map { Against($0.dearest) }
      refusal = report.refusal
      providers = report.market.answers.compactMap { $0.shown.map(Bill.init) }
      pooled = report.pooled.answers.compactMap { $0.shown.map(Bill.init) }
      showback = report.showback?.lines.map { line in
        Namespace(
          name: line.namespace, cores: line.cores.value.fixed(4), gibibytes: line.memory.value.fixed(4),
          home: ReportJSON.number(line.home), idleShare: ReportJSON.number(line.idleShare),
          cloudAvoided: line.cloud.map { ReportJSON.number($0) })
      }
      idle = report.showback.map { ReportJSON.number($0.idle) }
      warnings = report.warnings
      notComparable = CostReport.notComparable
      numbers = report.derivations.map { one in
        Number(
          id: one.id, title: one.title, formula: one.formula, result: one.result,
          inputs: one.inputs.map { Number.Input(symbol: $0.symbol, value: $0.value, source: "\($0.origin)") },
          notes: one.notes)
      }
    }
  }

  fileprivate static func number(_ money: Money) -> String { money.amount.fixed(max(2, money.currency.digits)) }
}
