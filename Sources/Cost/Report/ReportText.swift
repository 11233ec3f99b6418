import Foundation
import Prices
import Units

/// A report on one screen, for a person who has never seen one.
package struct ReportText {
  package var report: CostReport
  package var width: Int
  /// Every provider, every caveat; without it one screen.
  package var isFull: Bool
  /// Bold, for a terminal that can.
  package var bold: @Sendable (String) -> String

  package init(
    _ report: CostReport, width: Int = 100, isFull: Bool = false,
    bold: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.report = report
    self.width = max(60, width)
    self.isFull = isFull
    self.bold = bold
  }

  package func render() -> String {
    var lines = verdict()
    lines += [""] + home() + headline()
    // Without a verdict the providers' own rows are all there is to see.
    if isFull || (report.headline?.providers ?? 0) < 3 { lines += [""] + providers() }
    lines += used() + namespaces() + trend() + section("Notes", facts)
    lines += section("Caveats", report.warnings)
    if isFull {
      lines += section("What no number says", CostReport.notComparable)
    } else {
      lines += [""] + wrapped(CostReport.notComparableShort, width: width)
    }
    lines += wrapped(
      "More: --all (every provider), --explain (formulas and sources), --html FILE (charts), --what-if (changes).",
      width: width)
    return lines.joined(separator: "\n") + "\n"
  }

  private func verdict() -> [String] {
    title("\(report.rack): \(report.home.total)/month at home", "(\(report.today))")
      + wrapped(verdictSentence, width: width) + unmeasuredSentence.map { wrapped($0, width: width) }.joined()
  }

  /// What the verdict leaves out, because nobody knows how fast it is.
  var unmeasuredSentence: [String] {
    let names = report.cheaperUnmeasured.map { "\($0.total) (\($0.provider.name), \(machines($0)))" }
    guard !names.isEmpty else { return [] }
    return [
      "Cheaper by memory alone, speed not measured: \(names.joined(separator: ", ")). `hearth bench cpu` measures them."
    ]
  }

  /// The answer in a sentence.
  var verdictSentence: String {
    guard let headline = report.headline else {
      return "No verdict: \(report.refusal ?? "no provider matches")."
    }
    let cheapest = headline.cheapest
    return "The cheapest cloud that was measured and matches it costs \(cheapest.bill.total) "
      + "(\(cheapest.bill.provider.name), \(place(cheapest.bill))): the rack \(outcome(cheapest))"
  }

  /// Savings and pay-back in words that agree: what costs more does not pay for itself, nor does what is worn out before.
  private func outcome(_ contender: Contender) -> String {
    let saves = contender.savingsPerYear.amount >= 0
    let life = contender.life.value.rounded(0).plain
    guard saves else {
      return "costs \(-contender.savingsPerYear) a year more and does not pay for itself in its life of \(life) months."
    }
    let money = "saves \(contender.savingsPerYear) a year"
    switch contender.breakEven {
    case .never: return "\(money) on paper, and never pays for itself against it."
    case .after where contender.paysOff:
      return "\(money) and has paid for itself after \(contender.breakEven) (\(range(contender)))."
    case .after:
      return "\(money) if it is sold for its residual value after \(life) months; unsold, its price comes back after "
        + "\(contender.breakEven), which is longer than that life."
    }
  }

  /// Where a bill's machines stand and how old its prices are.
  func place(_ bill: CloudBill) -> String { "region \(bill.region), prices \(bill.age)" }

  /// `10.1 months`, `not in 48 months`, `never`.
  func payBack(_ contender: Contender) -> String {
    guard let months = contender.breakEven.months else { return "never" }
    let isEarlier = contender.paysOff && contender.savingsPerYear.amount >= 0
    return isEarlier
      ? "\(months.value.fixed(1)) months" : "no (\(months.value.fixed(1)) months)"
  }

  struct Row {
    var name: String
    var amount: String
    var how: String
    var isSum = false
  }

  var homeRows: [Row] {
    let (home, model) = (report.home, report.model)
    let method = model.amortisation.value
    var rows = [
      Row(
        name: "hardware", amount: "\(home.amortisation)",
        how: "\(home.capex) over \(lives), \(method), \(residuals) left"),
      Row(
        name: "electricity", amount: "\(home.electricity)",
        how: "\(home.watts.description(1)) (\(powerWords)), \(home.energy.description(1)) at \(tariffWords)"),
      Row(name: "spares", amount: "\(home.spares)", how: "replacement of failed parts, \(failures)"),
    ]
    if home.internet.amount > 0 {
      rows.append(Row(name: "internet", amount: "\(home.internet)", how: "the rack's share of your line"))
    }
    let hours = "\(model.adminHours.value.description(1)) at \(model.adminRate.value.money)"
    let admin = Row(
      name: "your time", amount: "\(home.admin)", how: "\(hours), \(home.countsAdmin ? "" : "not ")counted")
    if home.countsAdmin { rows.append(admin) }
    rows.append(Row(name: "home", amount: "\(home.total)", how: "of it \(home.running) month by month", isSum: true))
    if !home.countsAdmin { rows.append(admin) }
    if let carbon = home.carbon {
      rows.append(Row(name: "carbon", amount: carbon.description(1), how: "from electricity"))
    }
    return rows
  }

  private func home() -> [String] {
    var table = TextTable(alignments: [.left, .right, .left])
    table.rows = homeRows.map { [$0.name, $0.amount, $0.how] }
    return title("At home, a month", "(\(report.tax.words))") + table.lines(width: width)
  }

  private var failures: String { range(report.model.items.map(\.failures.value.percent)) + " %/year" }
  private var lives: String { range(report.model.items.map(\.life.value.value)) + " months" }
  private var residuals: String { range(report.model.items.map(\.residual.value.percent)) + " %" }

  private func range(_ values: [Decimal]) -> String {
    guard let low = values.min(), let high = values.max() else { return "0" }
    return low == high ? low.brief : "\(low.brief) to \(high.brief)"
  }

  private var powerWords: String {
    let model = report.model
    if let measured = model.measured {
      let whole = model.items.filter { $0.power != nil }.allSatisfy { measured.covered.contains($0.name) }
      return whole ? "measured" : "partly measured"
    }
    let assumed = model.utilisation.origin.isAssumption ? "assumed " : ""
    return "\(assumed)load \(model.utilisation.value)"
  }

  private var tariffWords: String {
    let tariff = report.model.tariff
    return "\(tariff.value.money.currency) \(tariff.value.money.amount.rounded(4).plain)"
  }

  func range(_ contender: Contender) -> String {
    switch (contender.earliest, contender.latest) {
    case (.after(let first), .after(let last)): "\(first.value.fixed(1)) to \(last.value.fixed(1))"
    case (.after(let first), .never): "\(first.value.fixed(1)) to never"
    case (.never, _): "never"
    }
  }

  private func headline() -> [String] {
    guard let headline = report.headline else { return [] }
    var lines = [""] + title("The same in a cloud, a month", "(range: \(report.bounds.words))")
    lines += rows(headline, unmeasured: report.cheaperUnmeasured)
    if headline.providers < 3 {
      let count = headline.providers == 1 ? "Only one provider has" : "Only \(headline.providers) providers have"
      lines += wrapped(
        "\(count) a machine that was measured with the same benchmark as the boards; those marked `memory only` have as "
          + "much memory, and nobody knows how fast they are.", width: width, first: "  ", rest: "  ")
    }
    return lines
  }

  /// How much of a contender stands in its row of amounts; the rest stands below it. Amounts are never cut, names
  /// neither.
  private struct Columns {
    var range = true
    var unit = " months"
    var provider = true

    /// From the widest to the narrowest.
    static let choices = [
      Columns(), Columns(range: false), Columns(range: false, unit: " mo"),
      Columns(range: false, unit: " mo", provider: false),
    ]
  }

  /// A row of amounts for each contender, and below it what they are for.
  private func rows(_ headline: Headline, unmeasured: [CloudBill]) -> [String] {
    let choices = Columns.choices.map { ($0, amounts(headline, unmeasured, $0)) }
    guard let (columns, table) = choices.first(where: { $0.1.natural <= width }) ?? choices.last else { return [] }
    var details: [[String]] = [[]]
    for (_, contender) in headline.rows {
      let range =
        columns.range || payBack(contender) == range(contender)
        ? "" : ", range \(range(contender)) months".replacing("never months", with: "never")
      details.append([named(contender.bill, columns) + range] + allowance(contender.bill))
    }
    for bill in unmeasured { details.append([named(bill, columns) + (columns.range ? "" : ", speed not measured")]) }
    return zip(table.blocks(width: width), details).flatMap { lines, details in
      lines + details.flatMap { wrapped($0, width: width, first: "      ", rest: "        ") }
    }
  }

  private func named(_ bill: CloudBill, _ columns: Columns) -> String {
    (columns.provider ? "" : "\(bill.provider.name): ") + detail(bill)
  }

  private func amounts(_ headline: Headline, _ unmeasured: [CloudBill], _ columns: Columns) -> TextTable {
    var table = TextTable(
      alignments: [.left] + (columns.provider ? [.left] : []) + [.right, .right, .right]
        + (columns.range ? [.left] : []))
    func add(_ name: String, _ provider: String, _ amounts: [String], _ range: String) {
      table.rows.append([name] + (columns.provider ? [provider] : []) + amounts + (columns.range ? [range] : []))
    }
    add("", "", ["a month", "saves a year", columns.range ? "pays off after" : "pays off"], "range")
    for (name, contender) in headline.rows {
      add(
        name, contender.bill.provider.name,
        [
          "\(contender.bill.total)", "\(contender.savingsPerYear)",
          payBack(contender).replacing(" months", with: columns.unit),
        ], range(contender))
    }
    for bill in unmeasured {
      add("unmeasured", bill.provider.name, ["\(bill.total)", "", ""], "speed not measured")
    }
    return table
  }

  /// Machines, region, age and marks of a bill.
  func detail(_ bill: CloudBill) -> String {
    ([machines(bill), bill.region, "prices \(bill.age)"] + bill.marks).joined(separator: ", ")
  }

  func allowance(_ bill: CloudBill) -> [String] {
    guard let allowance = bill.allowance else { return [] }
    return [
      "with the free allowance of an account (\(allowance.words)): \(bill.total - allowance.money), \(allowance.money) less"
    ]
  }

  /// The same three rows for what workloads use.
  private func used() -> [String] {
    guard let used = report.used, let headline = used.headline else { return [] }
    return [""] + title("What is used, in a cloud, a month", "(\(used.period))") + rows(headline, unmeasured: [])
  }

  private func trend() -> [String] {
    guard !report.trend.isEmpty else { return [] }
    var table = TextTable(alignments: [.left, .right, .right, .right, .right])
    table.rows.append(["month", "measured", "energy", "electricity", "expected"])
    for month in isFull ? report.trend : report.trend.suffix(3) {
      let measured = month.measured
      table.rows.append([
        String("\(measured.start)".prefix(7)), measured.energy.value > 0 ? measured.watts.description(1) : "",
        measured.energy.value > 0 ? measured.energy.description(2) : "", "\(month.electricity)", "\(month.expected)",
      ])
    }
    return [""] + title("Month by month", "(measured hours only; expected by the catalogue)")
      + table.lines(width: width)
  }

  private func providers() -> [String] {
    let lines = title("Every provider's cheapest match", "board by board")
    var table = TextTable(alignments: [.left, .right, .left])
    for answer in report.market.answers {
      // A machine that nobody measured but whose price is of today says something beside one whose price is old.
      let marked = answer.best == nil ? answer.marked : nil
      for (bill, isStale) in [(answer.best, false), (answer.best == nil ? answer.stale : nil, true), (marked, false)] {
        guard let bill else { continue }
        let status = (isStale ? ["stale"] : []) + bill.marks.filter { $0 != "memory only" }
        let binding = bill.match.byPerformance == nil ? "memory only" : "by \(bill.match.binding.rawValue)"
        let rest = [bill.region, binding, bill.age.description] + status
        if width >= 110 {
          table.rows.append([
            answer.provider.name, "\(bill.total)", ([machines(bill)] + rest).joined(separator: ", "),
          ])
        } else {
          table.rows.append([answer.provider.name, "\(bill.total)", machines(bill)])
          table.rows.append(["", "", "  " + rest.joined(separator: ", ")])
        }
        if let allowance = bill.allowance {
          table.rows.append(["", "\(bill.total - allowance.money)", "  with the free allowance of an account"])
        }
      }
    }
    return lines + table.lines(width: width)
  }

  /// What each namespace costs and spares, the dearest first.
  private func namespaces() -> [String] {
    guard let showback = report.showback, !showback.lines.isEmpty else { return [] }
    let shown = isFull ? showback.lines : Array(showback.lines.prefix(5))
    var table = TextTable(alignments: [.left, .right, .right, .right, .left])
    table.rows.append(["namespace", "cores", "memory", "home", "cloud bill avoided"])
    for line in shown {
      let cloud = line.cloud.first.map { first in
        line.cloud.last.map { first == $0 ? "\(first)" : "\(first) to \($0)" } ?? "\(first)"
      }
      table.rows.append([
        line.namespace, line.cores.value.fixed(2), line.memory.description(1), "\(line.home)", cloud ?? "",
      ])
    }
    let rest = showback.lines.dropFirst(shown.count)
    if !rest.isEmpty {
      table.rows.append(["\(rest.count) more", "", "", "\(rest.map(\.home).sum(in: report.currency))", ""])
    }
    if showback.idle.amount > 0 { table.rows.append(["idle", "", "", "\(showback.idle)", "nobody uses it"]) }
    return [""] + title("By namespace, a month", "(\(showback.period))") + table.lines(width: width)
  }

  /// A heading and what belongs to it, on two lines where one is too narrow.
  private func title(_ text: String, _ more: String) -> [String] {
    if text.count + 1 + more.count <= width { return ["\(bold(text)) \(more)"] }
    return [bold(text)] + wrapped(more, width: width, first: "  ", rest: "  ")
  }

  func machines(_ bill: CloudBill) -> String { bill.match.words }

  /// What else is worth knowing, in sentences.
  var facts: [String] {
    var facts: [String] = []
    let boardByBoard = report.market.contenders(allowStale: false).first?.match.count
    if let bill = report.pooled.contenders(allowStale: false).first, bill.match.count < boardByBoard ?? .max {
      facts.append(
        "In fewer, bigger machines the same capacity costs from \(bill.total) "
          + "(\(bill.provider.name), \(machines(bill))\(bill.match.isBurstable ? ", burstable" : "")); one that fails takes "
          + "more with it.")
    }
    if let used = report.used {
      if let bill = used.market.contenders(allowStale: false).first {
        facts.append(
          "What your workloads use (\(used.period)) would fit into \(machines(bill)) for \(bill.total) "
            + "(\(bill.provider.name)\(bill.match.isBurstable ? ", burstable" : "")).")
      }
      if let first = used.serverless.first {
        facts.append(
          "As containers without servers: \(first.money) (\(first.provider.name), "
            + "\(first.cores.description(2)), \(first.memory.description(2))).")
      }
    } else {
      facts.append(
        "Idle capacity is counted on both sides; `hearth cost track` measures what workloads use and compares that too."
      )
    }
    let free = report.controlPlanes.filter(\.isFree).map(\.provider)
    let paid = report.controlPlanes.filter { !$0.isFree }
    if let low = paid.map(\.money).min(), let high = paid.map(\.money).max() {
      let names = paid.map(\.provider).joined(separator: ", ")
      facts.append(
        "A managed control plane would add \(low == high ? "\(low)" : "\(low) to \(high)") a month (\(names))"
          + (free.isEmpty ? "." : "; it is free at \(free.joined(separator: ", ")).")
      )
    } else if !free.isEmpty {
      facts.append("A managed control plane is free at \(free.joined(separator: ", ")).")
    }
    for line in report.otherTaxes {
      facts.append(
        "With \(line.treatment.words): home \(line.home), cheapest cloud \(line.cheapest), "
          + "\(line.breakEven == .never ? "never pays off" : "pays off after \(line.breakEven)").")
    }
    facts += report.model.notes
    return facts
  }

  private func section(_ title: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    return ["", bold(title)] + items.flatMap { wrapped($0, width: width, first: "  - ", rest: "    ") }
  }
}
