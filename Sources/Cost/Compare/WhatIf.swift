import Diagnostics
import Foundation
import Inventory
import Prices
import Units
import Untrusted

/// One change to try beside what is: `tariff=0.20`, or several with commas.
package enum WhatIf {
  package static let help =
    "board=pi5-8gb, price=118, nodes=+1, tariff=0.20, utilisation=50, life=60, residual=25, interest=5, "
    + "term=reserved-3y, control-plane=managed"

  private static let keys = [
    "board", "price", "nodes", "tariff", "utilisation", "life", "residual", "interest", "term", "control-plane",
  ]

  /// - Throws: ``HearthError`` `usage` for a change that is not understood.
  static func apply(_ text: String, to context: CostContext) throws(HearthError) -> CostContext {
    var context = context
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard pair.count == 2, !pair[1].isEmpty else {
        throw HearthError(.usage, "--what-if: `\(part)` is not a change", hint: "write KEY=VALUE, one of: \(help)")
      }
      try apply(pair[0], pair[1], to: &context)
    }
    return context
  }

  private static func apply(_ key: String, _ value: String, to context: inout CostContext) throws(HearthError) {
    let option = "--what-if \(key)"
    let place = Subject(step: "\(option)=\(value)")
    let currency = context.rack.cost.currency
    switch key {
    case "board":
      // A board that is not bought yet has no purchase price: its list price stands in until `price` says better.
      context.assumesListPrices = true
      for index in context.rack.nodes.indices {
        context.rack.nodes[index].hardware = value
        context.rack.nodes[index].purchase.price = nil
        context.rack.nodes[index].purchase.date = nil
        context.rack.nodes[index].power = nil
        context.rack.nodes[index].source = place
      }
    case "price":
      let price = try OptionNumber.price(value, option, currency)
      for index in context.rack.nodes.indices { context.rack.nodes[index].purchase.price = Stated(price, at: place) }
    case "nodes": try nodes(value, option, &context)
    case "tariff": context.rack.cost.tariff = Stated(.flat(try OptionNumber.tariff(value, option, currency)), at: place)
    case "utilisation":
      context.rack.cost.utilisation = Stated(
        .percent(try OptionNumber.decimal(value, option, 0...100, "percent")), at: place)
      context.measured = nil
    case "life":
      context.rack.cost.life = Stated(Months(try OptionNumber.decimal(value, option, 6...240, "months")), at: place)
      for index in context.rack.nodes.indices { context.rack.nodes[index].purchase.life = nil }
    case "residual":
      context.rack.cost.residual = Stated(
        .percent(try OptionNumber.decimal(value, option, 0...95, "percent")), at: place)
    case "interest":
      let interest = Ratio.percent(try OptionNumber.decimal(value, option, 0...50, "percent a year"))
      context.rack.cost.amortisation = Stated(.annuity(interest: interest), at: place)
    case "term":
      guard let term = InstanceOffer.Term(rawValue: value), term != .preemptible else {
        throw HearthError(
          .usage, "\(option): there are no terms `\(value)`", hint: "use on-demand, reserved-1y or reserved-3y")
      }
      context.term = term
    case "control-plane":
      guard let who = CloudNeeds.ControlPlane(rawValue: value) else {
        throw HearthError(.usage, "\(option): `\(value)`?", hint: "use own or managed")
      }
      context.rack.cost.cloud.controlPlane = who
    default:
      throw HearthError(
        .usage, "--what-if: unknown change `\(key)`", hint: "use one of \(keys.joined(separator: ", "))")
    }
  }

  /// `+1` adds copies of the last node, `5` makes them five.
  private static func nodes(_ value: String, _ option: String, _ context: inout CostContext) throws(HearthError) {
    let count = context.rack.nodes.count
    guard let number = Int(checked: value.hasPrefix("+") ? value.dropFirst() : value[...], in: -200...200),
      let last = context.rack.nodes.last,
      case let wanted = value.hasPrefix("+") || value.hasPrefix("-") ? count + number : number,
      (1...200).contains(wanted)
    else {
      throw HearthError(.usage, "\(option): `\(value)` is not a number of nodes", hint: "write +1, -1 or 5")
    }
    while context.rack.nodes.count > wanted { context.rack.nodes.removeLast() }
    while context.rack.nodes.count < wanted {
      var node = last
      node.name = "node \(context.rack.nodes.count + 1)"
      context.rack.nodes.append(node)
    }
    if wanted != count { context.measured = nil }
  }
}

/// A change and the report that it leads to.
package struct Scenario: Sendable {
  package var name: String
  package var report: CostReport

  /// - Throws: What is wrong with the change, or what is missing after it.
  package static func build(_ text: String, _ context: CostContext) throws -> Scenario {
    Scenario(name: text, report: try ReportBuilder.build(try WhatIf.apply(text, to: context)))
  }
}
