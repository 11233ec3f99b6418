package import Diagnostics
import Foundation
import Prices
import Units

/// What changed between a report that was kept as JSON and one of today: for pull requests that change the inventory.
package enum ReportDiff {
  /// What is compared of a kept report; everything else may differ between versions.
  private struct Old: Decodable {
    struct Home: Decodable { var capex, electricity, total, watts: String }
    struct Bill: Decodable { var provider, instance, perMonth: String; var count: Int }
    struct Against: Decodable {
      var bill: Bill
      var savingsPerYear: String
      var breakEvenMonths: String?
    }
    var rack, day, currency: String
    var home: Home
    var cheapest, median, dearest: Against?
    var refusal: String?
  }

  /// - Parameter file: As the user named it.
  /// - Throws: ``HearthError`` `usage` when it is not a report of hearth, or one in another currency.
  package static func text(_ report: CostReport, since json: String, file: String) throws(HearthError) -> String {
    let old: Old
    do {
      old = try JSONDecoder().decode(Old.self, from: Data(json.utf8))
    } catch {
      throw HearthError(
        .usage, "--diff: the file is not a report", subject: Subject(file: file),
        hint: "make one with: hearth cost report --output json > \(file.shellQuoted)", cause: "\(error)")
    }
    guard old.currency == report.currency.code else {
      throw HearthError(
        .usage, "--diff: the old report is in \(old.currency), this one in \(report.currency)",
        subject: Subject(file: file), hint: "make the old one again in the same currency")
    }
    var lines: [(name: String, before: String, after: String, change: String)] = []
    func money(_ name: String, _ before: String?, _ after: Money?) {
      let was = before.flatMap { Decimal(exact: $0) }.map { Money($0, report.currency) }
      let change = was.flatMap { was in after.map { signed($0.rounded - was) } } ?? ""
      lines.append((name, was.map { "\($0)" } ?? "none", after.map { "\($0)" } ?? "none", change))
    }
    func text(_ name: String, _ before: String?, _ after: String?) {
      lines.append((name, before ?? "none", after ?? "none", before == after ? "" : "changed"))
    }
    money("hardware", old.home.capex, report.home.capex)
    text("power", "\(old.home.watts) W", report.home.watts.description(3))
    money("electricity", old.home.electricity, report.home.electricity)
    money("home", old.home.total, report.home.total)
    for (name, before, after) in [
      ("cheapest", old.cheapest, report.headline?.cheapest), ("median", old.median, report.headline?.median),
      ("dearest", old.dearest, report.headline?.dearest),
    ] {
      text(
        "\(name) cloud", before.map { "\($0.bill.provider): \($0.bill.count) x \($0.bill.instance)" },
        after.map { "\($0.bill.provider.id): \($0.bill.match.words)" })
      money("\(name) cloud, a month", before?.bill.perMonth, after?.bill.total)
      money("\(name) cloud, saved a year", before?.savingsPerYear, after?.savingsPerYear)
      text(
        "\(name) cloud, pays off after", before.map { $0.breakEvenMonths.map { "\($0) months" } ?? "never" },
        after.map { $0.breakEven.months?.description(2) ?? "never" })
    }
    return render(lines.filter { $0.before != $0.after }, old, report)
  }

  private static func render(
    _ lines: [(name: String, before: String, after: String, change: String)], _ old: Old, _ report: CostReport
  ) -> String {
    let head = "Cost of \(report.rack): \(old.day) to \(report.today)\n\n"
    guard !lines.isEmpty else { return head + "Nothing changed.\n" }
    // Markdown, which reads as a table in a terminal too.
    var table = [["what", "before", "after", "change"]]
    table += lines.map { [$0.name, $0.before, $0.after, $0.change] }
    let widths = (0..<4).map { column in table.map { $0[column].count }.max() ?? 0 }
    var rows = table.map { row in
      "| " + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ") + " |"
    }
    rows.insert("|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|", at: 1)
    return head + rows.joined(separator: "\n") + "\n"
  }

  private static func signed(_ money: Money) -> String {
    money.amount == 0 ? "" : (money.amount > 0 ? "+" : "-") + "\(money.amount < 0 ? -money : money)"
  }
}
