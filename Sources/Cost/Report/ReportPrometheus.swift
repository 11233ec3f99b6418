import Foundation
import Prices
import Units

/// Metrics in the Prometheus text format. Gauges are binary numbers by that format's nature: they are for graphs.
package enum ReportPrometheus {
  package static func text(_ report: CostReport) -> String {
    var lines: [String] = []
    func metric(_ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Decimal)]) {
      guard !samples.isEmpty else { return }
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
      for sample in samples {
        let labels = ([("rack", report.rack)] + sample.labels).map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
        lines.append("\(name){\(labels)} \(sample.value.rounded(10).plain)")
      }
    }
    let home = report.home
    let currency = ("currency", report.currency.code)
    metric(
      "hearth_home_cost_per_month", "Cost of the rack at home a month, by part.",
      [
        ([currency, ("part", "amortisation")], home.amortisation.amount),
        ([currency, ("part", "electricity")], home.electricity.amount),
        ([currency, ("part", "spares")], home.spares.amount),
        ([currency, ("part", "internet")], home.internet.amount),
      ] + (home.countsAdmin ? [([currency, ("part", "admin")], home.admin.amount)] : []))
    metric("hearth_home_power_watts", "Power from the mains, measured or modelled.", [([], home.watts.value)])
    if let carbon = home.carbon {
      metric("hearth_home_carbon_grams_per_month", "CO2 of a month's electricity.", [([], carbon.value * 1000)])
    }
    metric(
      "hearth_cloud_cost_per_month", "The cheapest match of each provider a month.",
      report.market.answers.compactMap { answer in
        answer.shown.map {
          (
            [
              currency, ("provider", answer.provider.id), ("instance", $0.match.words), ("region", $0.region),
              ("headline", answer.best == nil ? "no" : "yes"), ("burstable", $0.match.isBurstable ? "yes" : "no"),
            ], $0.total.amount
          )
        }
      })
    if let headline = report.headline {
      let all = [("cheapest", headline.cheapest), ("median", headline.median), ("dearest", headline.dearest)]
      metric(
        "hearth_savings_per_year", "Cloud less home a year.",
        all.map { ([currency, ("against", $0.0)], $0.1.savingsPerYear.amount) })
      metric(
        "hearth_break_even_months", "Months until the rack has paid for itself; missing when it never does.",
        all.compactMap { name, contender in contender.breakEven.months.map { ([("against", name)], $0.value) } })
    }
    metric(
      "hearth_namespace_cost_per_month", "Cost of a namespace at home a month.",
      (report.showback?.lines ?? []).map { ([currency, ("namespace", $0.namespace)], $0.home.amount) })
    metric(
      "hearth_idle_cost_per_month", "Cost at home a month of what no namespace uses.",
      report.showback.map { [([currency], $0.idle.amount)] } ?? [])
    metric(
      "hearth_home_month_to_date_cost", "Cost of the rack at home this calendar month so far.",
      [([currency], report.period.total.amount)])
    metric(
      "hearth_price_age_seconds", "Age of the price or exchange rate that each provider's match is made of.",
      report.market.answers.compactMap { answer in
        answer.shown?.age.days.map { ([("provider", answer.provider.id)], Decimal($0) * 86_400) }
      })
    return lines.joined(separator: "\n") + "\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
