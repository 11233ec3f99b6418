import Foundation
package import Units

/// A custom price file for OpenCost. Its prices are by the hour: a month's price here would make bills 730 times wrong.
package enum ReportOpenCost {
  package static func text(_ report: CostReport) -> String {
    let prices = hourly(report)
    let rows: [(String, String)] = [
      ("provider", "custom"), ("currencyCode", report.currency.code),
      (
        "description",
        "\(report.rack) at home, made by hearth on \(report.today); prices are in \(report.currency) by the hour"
      ),
      ("CPU", prices.core.amount.rounded(10).plain), ("RAM", prices.gibibyte.amount.rounded(10).plain),
      ("GPU", "0"), ("storage", "0"), ("spotCPU", prices.core.amount.rounded(10).plain),
      ("spotRAM", prices.gibibyte.amount.rounded(10).plain), ("zoneNetworkEgress", "0"), ("regionNetworkEgress", "0"),
      ("internetNetworkEgress", "0"),
    ]
    return "{\n" + rows.map { "  \"\($0)\": \"\(escaped($1))\"" }.joined(separator: ",\n") + "\n}\n"
  }

  /// Half of the rack follows its cores, half its memory, as in the showback.
  package static func hourly(_ report: CostReport) -> (core: Money, gibibyte: Money) {
    let capacity = report.model.capacity
    let hour = report.home.total / Hours.perMonth.value
    let half = hour / 2
    return (
      capacity.cores.value > 0 ? half / capacity.cores.value : .zero(report.currency),
      capacity.memory.value > 0 ? half / capacity.memory.value : .zero(report.currency)
    )
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
