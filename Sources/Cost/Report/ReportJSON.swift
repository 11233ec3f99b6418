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
    /// What free hours of an account would take off; not taken off.
    var freeAllowance: String?

    init(_ bill: CloudBill) {
      provider = bill.provider.id
      instance = bill.match.parts.map(\.offer.name).joined(separator: " + ")
      region = bill.region
      count = bill.match.count
      countByMemory = bill.match.byMemory
      countByPerformance = bill.match.byPerformance
      boundBy = bill.match.binding.rawValue
      marks = bill.marks
      priceAgeDays = bill.age.days
      isUsable = bill.age.isUsable
      perMonth = ReportJSON.number(bill.total)
      lines = Dictionary(grouping: bill.lines, by: \.title).mapValues {
        ReportJSON.number($0.map(\.money).sum(in: bill.currency))
      }
      missing = bill.missing
      freeAllowance = bill.allowance.map { ReportJSON.number($0.money) }
    }
  }

  private struct Against: Encodable {
    var bill: Bill
    var savingsPerYear: String
    var breakEvenMonths: String?
    var breakEvenEarliest: String?
    var breakEvenLatest: String?
    var lifeMonths: String
    /// Within that life.
    var paysOff: Bool

    init(_ contender: Contender) {
      bill = Bill(contender.bill)
      savingsPerYear = ReportJSON.number(contender.savingsPerYear)
      breakEvenMonths = contender.breakEven.months?.value.fixed(2)
      breakEvenEarliest = contender.earliest.months?.value.fixed(2)
      breakEvenLatest = contender.latest.months?.value.fixed(2)
      lifeMonths = contender.life.value.brief
      paysOff = contender.paysOff && contender.savingsPerYear.amount >= 0
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

  private struct Used: Encodable {
    var period: String
    var cheapest, median, dearest: Against?
    var serverless: [String: String]

    init(_ used: CostReport.UsedCapacity) {
      period = used.period
      cheapest = used.headline.map { Against($0.cheapest) }
      median = used.headline.map { Against($0.median) }
      dearest = used.headline.map { Against($0.dearest) }
      serverless = Dictionary(used.serverless.map { ($0.provider.id, ReportJSON.number($0.money)) }) { first, _ in first
      }
    }
  }

  private struct Period: Encodable {
    var start, end, hours, kilowattHours, amortisation, electricity, spares, internet, admin, total: String

    init(_ period: PeriodCost) {
      start = "\(period.start)"
      end = "\(period.end)"
      hours = period.hours.value.brief
      kilowattHours = period.energy.value.fixed(3)
      amortisation = ReportJSON.number(period.amortisation)
      electricity = ReportJSON.number(period.electricity)
      spares = ReportJSON.number(period.spares)
      internet = ReportJSON.number(period.internet)
      admin = ReportJSON.number(period.admin)
      total = ReportJSON.number(period.total)
    }
  }

  private struct Month: Encodable {
    var month, hoursKnown, watts, kilowattHours, electricity, expected: String
    var namespaces: [String: String]

    init(_ month: TrendMonth) {
      self.month = String("\(month.measured.start)".prefix(7))
      hoursKnown = month.measured.known.value.fixed(2)
      watts = month.measured.watts.value.fixed(3)
      kilowattHours = month.measured.energy.value.fixed(3)
      electricity = ReportJSON.number(month.electricity)
      expected = ReportJSON.number(month.expected)
      namespaces = Dictionary(month.namespaces.map { ($0.name, ReportJSON.number($0.money)) }) { first, _ in first }
    }
  }

  private struct Plane: Encodable { var provider, perMonth: String }

  private struct Number: Encodable {
    struct Input: Encodable { var symbol, value, source: String }
    var id, title, formula, result: String
    var inputs: [Input]
    var notes: [String]
  }

  private struct Document: Encodable {
    var schema = "hearth.cost-report.v1"
    var version = 1
    var rack, day, currency, tax: String
    var home: Home
    var cheapest, median, dearest: Against?
    var refusal: String?
    var providers, pooled, cheaperUnmeasured: [Bill]
    var used: Used?
    var monthToDate: Period
    var trend: [Month]
    var managedControlPlanes: [Plane]
    var showback: [Namespace]?
    var idle: String?
    var warnings, notes, notComparable: [String]
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
      cheaperUnmeasured = report.cheaperUnmeasured.map(Bill.init)
      used = report.used.map(Used.init)
      monthToDate = Period(report.period)
      trend = report.trend.map(Month.init)
      managedControlPlanes = report.controlPlanes.map {
        Plane(provider: $0.provider, perMonth: ReportJSON.number($0.money))
      }
      showback = report.showback?.lines.map { line in
        Namespace(
          name: line.namespace, cores: line.cores.value.fixed(4), gibibytes: line.memory.value.fixed(4),
          home: ReportJSON.number(line.home), idleShare: ReportJSON.number(line.idleShare),
          cloudAvoided: line.cloud.map { ReportJSON.number($0) })
      }
      idle = report.showback.map { ReportJSON.number($0.idle) }
      warnings = report.warnings
      notes = ReportText(report).facts
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
