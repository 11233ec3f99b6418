import Foundation
import Inventory
import Prices
import Units

/// The formulas behind a report, with every input and its source.
enum Derivations {
  typealias Input = Derivation.Input

  static func all(_ report: CostReport, _ context: CostContext) -> [Derivation] {
    var all = home(report)
    all += HeadlineDerivations.all(report, context)
    return all
  }

  static func home(_ report: CostReport) -> [Derivation] {
    let (model, home) = (report.model, report.home)
    var all: [Derivation] = []
    all.append(
      Derivation(
        "home.capex", "Price of the hardware", formula: "sum of count x price",
        inputs: model.items.map { Input($0.name, "\($0.count) x \($0.price.value)", $0.price.origin) },
        result: home.capex, notes: bought(model)))
    all.append(watts(report))
    all.append(
      Derivation(
        "home.energy", "Energy a month", formula: "W x 730 h / 1000",
        inputs: [Input("W", home.watts.description(2), .derived("home.watts"))],
        result: home.energy.description(2)))
    all.append(
      Derivation(
        "home.electricity", "Electricity a month", formula: "kWh x tariff",
        inputs: [Input("kWh", home.energy.description(4), .derived("home.energy")), Input("tariff", model.tariff)],
        result: home.electricity))
    all.append(amortisation(report))
    all.append(
      Derivation(
        "home.spares", "Replacing what fails, a month", formula: "sum of price x failures a year / 12",
        inputs: model.items.filter { $0.capex.amount > 0 }.map {
          Input($0.name, "\($0.capex) x \($0.failures.value)", $0.failures.origin)
        }, result: home.spares))
    all.append(
      Derivation(
        "home.internet", "Share of the line", formula: "as given", inputs: [Input("share", model.internet)],
        result: home.internet))
    all.append(
      Derivation(
        "home.admin", "Your hours a month", formula: "hours x rate",
        inputs: [Input("hours", model.adminHours), Input("rate", model.adminRate)], result: home.admin,
        notes: [home.countsAdmin ? "counted" : "shown, not counted; `cost: {admin: {counted: yes}}` counts them"]))
    all.append(
      Derivation(
        "home.total", "Home a month",
        formula: "amortisation + electricity + spares + internet"
          + (home.countsAdmin ? " + admin" : ""),
        inputs: [
          Input("amortisation", home.amortisation, .derived("home.amortisation")),
          Input("electricity", home.electricity, .derived("home.electricity")),
          Input("spares", home.spares, .derived("home.spares")),
          Input("internet", home.internet, .derived("home.internet")),
        ] + (home.countsAdmin ? [Input("admin", home.admin, .derived("home.admin"))] : []),
        result: home.total, notes: [report.tax.words]))
    if let carbon = home.carbon, let factor = model.carbon {
      all.append(
        Derivation(
          "home.carbon", "CO₂ a month from electricity", formula: "kWh x g per kWh / 1000",
          inputs: [Input("kWh", home.energy.description(2), .derived("home.energy")), Input("g per kWh", factor)],
          result: carbon.description(2), notes: ["without what making the hardware caused"]))
    }
    return all
  }

  private static func bought(_ model: HomeModel) -> [String] {
    let days = Dictionary(grouping: model.items.filter { $0.bought != nil }) { $0.bought }
    return days.compactMap { day, items in day.map { ($0, items.map(\.name).joined(separator: ", ")) } }
      .sorted { $0.0 < $1.0 }.map { "bought on \($0): \($1)" }
  }

  private static func watts(_ report: CostReport) -> Derivation {
    let model = report.model
    let covered = model.measured?.covered ?? []
    var inputs: [Input] = []
    for item in model.items where !covered.contains(item.name) {
      guard let power = item.power else { continue }
      let count = item.count == 1 ? "" : "\(item.count) x "
      inputs.append(
        Input(item.name, "\(count)\(power.value)\(item.isOnMains ? ", on the mains" : "")", power.origin))
    }
    for reading in model.measured?.readings ?? [] {
      let names = reading.covers.sorted().joined(separator: ", ")
      inputs.append(
        Input(
          reading.meter, "\(reading.watts.description(2)) of \(names)\(reading.isBehindSupply ? "" : ", on the mains")",
          .measured(reading.period)))
    }
    inputs.append(Input("utilisation", model.utilisation))
    inputs.append(Input("supply", model.efficiency))
    return Derivation(
      "home.watts", "Power from the mains",
      formula:
        "sum of n x (idle + utilisation x (load - idle)) / supply efficiency + the same of what hangs on the mains "
        + "or was read at the wall",
      inputs: inputs, result: report.home.watts.description(2),
      notes: (model.measured?.readings ?? []).flatMap(\.notes))
  }

  private static func amortisation(_ report: CostReport) -> Derivation {
    let model = report.model
    let formula =
      switch model.amortisation.value {
      case .straightLine: "sum of price x (1 - residual) / months"
      case .annuity: "sum of (C - S/(1+r)^n) x r / (1 - (1+r)^-n), r = (1 + interest)^(1/12) - 1"
      }
    return Derivation(
      "home.amortisation", "What the hardware loses a month", formula: formula,
      inputs: [Input("method", model.amortisation)]
        + model.items.filter { $0.capex.amount > 0 }.map {
          Input(
            $0.name,
            "\($0.capex), \($0.residual.value) left after \($0.life.value): "
              + "\($0.amortisation(model.amortisation.value))", $0.life.origin)
        }, result: report.home.amortisation)
  }
}
