import Foundation
import Prices
import Units

/// A report for spreadsheets: one line a number, a month each.
package enum ReportCSV {
  package static func text(_ report: CostReport) -> String {
    var table = CSVTable(header: ["side", "provider", "item", "detail", "region", "per month", "currency", "note"])
    let home = report.home
    func add(
      _ side: String, _ provider: String, _ item: String, _ detail: String, _ region: String, _ money: Money,
      _ note: String
    ) {
      table.rows.append([side, provider, item, detail, region, money.amount.fixed(2), money.currency.code, note])
    }
    add("home", "", "hardware", "\(report.model.amortisation.value)", "", home.amortisation, "")
    add("home", "", "electricity", home.energy.description(2), "", home.electricity, "")
    add("home", "", "spares", "", "", home.spares, "")
    add("home", "", "internet", "", "", home.internet, "")
    add(
      "home", "", "admin", report.model.adminHours.value.description(1), "", home.admin,
      home.countsAdmin ? "counted" : "not counted")
    add("home", "", "total", "", "", home.total, report.tax.words)
    for answer in report.market.answers {
      guard let bill = answer.shown else { continue }
      let use = answer.best == nil ? "not in the headline" : "in the headline"
      for line in bill.lines {
        add(
          "cloud", answer.provider.name, line.title, line.amount, bill.region, line.money, line.note ?? "")
      }
      let note = ([use, "\(bill.age)"] + bill.marks).joined(separator: ", ")
      add("cloud", answer.provider.name, "total", bill.match.words, bill.region, bill.total, note)
      if let allowance = bill.allowance {
        add(
          "cloud", answer.provider.name, "free allowance", allowance.words, bill.region, -allowance.money,
          "not taken off the total")
      }
    }
    for bill in report.cheaperUnmeasured {
      add(
        "cloud", bill.provider.name, "unmeasured", bill.match.words, bill.region, bill.total,
        (["not in the headline", "\(bill.age)"] + bill.marks).joined(separator: ", "))
    }
    for line in report.showback?.lines ?? [] {
      let detail = "\(line.cores.description(2)), \(line.memory.description(2))"
      add("namespace", "", line.namespace, detail, "", line.home, "")
    }
    if let idle = report.showback?.idle, idle.amount > 0 { add("namespace", "", "(idle)", "", "", idle, "") }
    let period = report.period
    add(
      "home", "", "month to date", period.energy.description(2), "", period.total,
      "\(period.start) to \(period.end.adding(days: -1)), \(period.hours.description(0))")
    for month in report.trend {
      let name = String("\(month.measured.start)".prefix(7))
      add(
        "measured", "", "electricity \(name)", month.measured.energy.description(3), "", month.electricity,
        "expected \(month.expected); \(month.measured.known.description(1)) known")
    }
    return table.text
  }
}
