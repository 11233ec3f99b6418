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
    lines += namespaces() + besides()
    lines += section("Mind", report.warnings)
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
    title("\(report.rack): \(report.home.total) a month at home", "(\(report.today))")
      + wrapped(verdictSentence, width: width)
  }

  /// The answer in a sentence.
  var verdictSentence: String {
    guard let headline = report.headline else {
      return "No verdict: \(report.refusal ?? "no provider matches")."
    }
    let cheapest = headline.cheapest
    let saves = cheapest.savingsPerYear.amount >= 0
    let money = saves ? cheapest.savingsPerYear : -cheapest.savingsPerYear
    let end =
      switch cheapest.breakEven {
      case .never: ", and never pays for itself against it."
      case .after: " and has paid for itself after \(cheapest.breakEven) (\(range(cheapest)))."
      }
    return "The cheapest cloud that matches it costs \(cheapest.bill.total) (\(cheapest.bill.provider.name)): the rack "
      + (saves ? "saves \(money) a year" : "costs \(money) a year more") + end
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
      Row(name: "spares", amount: "\(home.spares)", how: "what fails and is bought again"),
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

  private var lives: String { range(report.model.items.map(\.life.value.value)) + " months" }
  private var residuals: String { range(report.model.items.map(\.residual.value.percent)) + " %" }

  private func range(_ values: [Decimal]) -> String {
    guard let low = values.min(), let high = values.max() else { return "0" }
    return low == high ? low.plain : "\(low.plain) to \(high.plain)"
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
    var table = TextTable(alignments: [.left, .left, .left, .right, .right, .right, .left])
    table.flexible = 2
    table.rows.append(["", "", "machines", "a month", "saves a year", "pays off after", "range"])
    for (name, contender) in headline.rows {
      let months = contender.breakEven.months.map { "\($0.value.fixed(1)) months" } ?? "never"
      table.rows.append([
        name, contender.bill.provider.name,
        machines(contender.bill) + (contender.bill.match.offer.isBurstable ? ", burstable" : ""),
        "\(contender.bill.total)",
        "\(contender.savingsPerYear)", months, range(contender),
      ])
    }
    var lines = [""] + title("The same in a cloud, a month", "(range: \(report.bounds.words))")
    lines += table.lines(width: width)
    if headline.providers < 3 {
      let count = headline.providers == 1 ? "Only one provider has" : "Only \(headline.providers) providers have"
      lines += wrapped(
        "\(count) a machine that was measured with the same benchmark as the boards; those marked `memory only` have as "
          + "much memory, and nobody knows how fast they are.", width: width, first: "  ", rest: "  ")
    }
    return lines
  }

  private func providers() -> [String] {
    let lines = title("Every provider's cheapest match", "board by board")
    var table = TextTable(alignments: [.left, .left, .left, .right, .left, .left], flexible: 1)
    for answer in report.market.answers {
      // A machine that nobody measured but whose price is of today says something beside one whose price is old.
      let marked = answer.best == nil ? answer.marked : nil
      for (bill, isStale) in [(answer.best, false), (answer.best == nil ? answer.stale : nil, true), (marked, false)] {
        guard let bill else { continue }
        let status = (isStale ? ["stale"] : []) + bill.match.marks.filter { $0 != "memory only" }
        let binding = bill.match.byPerformance == nil ? "memory only" : "by \(bill.match.binding.rawValue)"
        table.rows.append([
          answer.provider.name, machines(bill), bill.match.offer.region, "\(bill.total)",
          binding, ([bill.age.description] + status).joined(separator: ", "),
        ])
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

  func machines(_ bill: CloudBill) -> String { "\(bill.match.count) x \(bill.match.offer.name)" }

  private func besides() -> [String] { section("Besides", facts) }

  /// What else is worth knowing, in sentences.
  var facts: [String] {
    var facts: [String] = []
    if let bill = report.pooled.contenders(allowStale: false).first {
      facts.append(
        "In fewer, bigger machines the same capacity costs from \(bill.total) (\(bill.provider.name), \(machines(bill))); "
          + "one that fails takes more with it.")
    }
    if let used = report.used {
      if let bill = used.market.contenders(allowStale: false).first {
        facts.append(
          "What your workloads use (\(used.period)) would fit into \(machines(bill)) for \(bill.total) "
            + "(\(bill.provider.name)).")
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
    if let low = report.controlPlanes.map(\.money).min(), let high = report.controlPlanes.map(\.money).max() {
      let names = report.controlPlanes.map(\.provider).joined(separator: ", ")
      facts.append(
        "A managed control plane would add \(low == high ? "\(low)" : "\(low) to \(high)") a month (\(names)).")
    }
    for line in report.otherTaxes {
      facts.append(
        "With \(line.treatment.words): home \(line.home), cheapest cloud \(line.cheapest), pays off after "
          + "\(line.breakEven).")
    }
    return facts
  }

  private func section(_ title: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    return ["", bold(title)] + items.flatMap { wrapped($0, width: width, first: "  - ", rest: "    ") }
  }
}
