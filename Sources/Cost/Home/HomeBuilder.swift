package import Diagnostics
import Foundation
import Inventory
import Prices
import Units

/// Turns an inventory into a ``HomeModel``: every missing number is named, all of them at once.
package struct HomeBuilder {
  private let context: CostContext
  private let tax: TaxView
  private var mistakes: [HearthError] = []
  private var notes: [String] = []

  private var rack: Rack { context.rack }
  private var settings: CostSettings { context.rack.cost }
  private var country: HardwareCatalogue.Country? {
    settings.country.flatMap { context.catalogue.countries[$0.value] }
  }

  private init(_ context: CostContext, tax: TaxView) {
    self.context = context
    self.tax = tax
  }

  /// - Throws: Every missing or impossible number, with its place in the inventory.
  package static func build(_ context: CostContext, tax: TaxView) throws(HearthErrors) -> HomeModel {
    var builder = HomeBuilder(context, tax: tax)
    let model = builder.model()
    guard builder.mistakes.isEmpty, let model else { throw HearthErrors(builder.distinctMistakes) }
    return model
  }

  /// Of what the command line says for all nodes at once, one mistake is enough.
  private var distinctMistakes: [HearthError] {
    mistakes.enumerated().filter { index, mistake in
      mistake.subject.file != nil
        || !mistakes[..<index].contains { $0.subject == mistake.subject && $0.hint == mistake.hint }
    }.map(\.element)
  }

  private mutating func model() -> HomeModel? {
    checkCountry()
    let items = self.items()
    guard let tariff = self.tariff() else { return nil }
    return HomeModel(
      currency: settings.currency, items: items,
      utilisation: settings.utilisation.sourced(or: context.measuredUtilisation ?? CostDefaults.utilisation),
      efficiency: efficiency(), tariff: tariff,
      amortisation: settings.amortisation.sourced(or: Sourced(.straightLine, .assumed("hearth's default"))),
      internet: settings.internet.map { $0.map { tax.home($0) } }.sourced(
        or: Sourced(.zero(settings.currency), .assumed("the line is paid for anyway"))),
      adminHours: settings.admin.hours.sourced(or: CostDefaults.adminHours),
      adminRate: adminRate(), countsAdmin: settings.admin.isCounted, carbon: carbon(), measured: context.measured,
      notes: notes)
  }

  private mutating func items() -> [HomeItem] {
    var result: [HomeItem] = []
    for node in rack.nodes {
      result += item(node)
      for part in node.parts {
        var named = part
        named.name = "\(node.name) \(part.name)"
        result += item(named, key: "parts of \(node.name): \(part.name)")
      }
    }
    let hardware = rack.hardware
    if let networkSwitch = hardware.networkSwitch { result += item(networkSwitch, key: "rack.switch", as: "switch") }
    if let supply = hardware.supply { result += item(supply, key: "rack.supply", as: "supply") }
    if let ups = hardware.ups { result += item(ups, key: "rack.ups", as: "ups", onMains: true) }
    for other in hardware.others { result += item(other, key: "rack.others: \(other.name)") }
    return result
  }

  private mutating func item(_ node: Node) -> [HomeItem] {
    let thing = self.thing(node.hardware, subject: node.source, what: node.name)
    if node.hardware == nil {
      mistakes.append(
        HearthError(
          .inventory, "\(node.name) has no `hardware`, so its watts and memory are unknown", subject: node.source,
          hint: "add `hardware: pi4b-8gb`; known are \(boards)"))
    }
    if node.hardware != nil, thing != nil, thing?.memory == nil {
      mistakes.append(
        HearthError(
          .inventory, "`\(node.hardware ?? "")` is a part, not a board", subject: node.source,
          hint: "known boards are \(boards)"))
    }
    guard let price = self.price(node.purchase, thing, subject: node.source, what: node.name), let thing,
      let memory = thing.memory, let power = self.power(node.power, thing, node.source)
    else { return [] }
    let capacity = HomeItem.Capacity(
      cores: thing.cores ?? Cores(1), memory: memory,
      performance: node.benchmark.map { Sourced($0.value, Origin($0.subject)) } ?? thing.benchmark)
    return [
      make(
        node.name, title: thing.title, count: 1, price: price, purchase: node.purchase, thing: thing, power: power,
        subject: node.source, capacity: capacity)
    ]
  }

  private mutating func item(
    _ item: RackHardware.Item, key: String, as name: String? = nil, onMains: Bool = false
  ) -> [HomeItem] {
    let thing = self.thing(item.model, subject: item.subject, what: key)
    guard let price = self.price(item.purchase, thing, subject: item.subject, what: key) else { return [] }
    return [
      make(
        name ?? item.name, title: item.name, count: item.count, price: price, purchase: item.purchase, thing: thing,
        power: self.power(item.power, thing, item.subject), subject: item.subject, onMains: onMains)
    ]
  }

  private func make(
    _ name: String, title: String, count: Int, price: Sourced<Money>, purchase: Purchase,
    thing: HardwareCatalogue.Thing?, power: Sourced<PowerDraw>?, subject: Subject, onMains: Bool = false,
    capacity: HomeItem.Capacity? = nil
  ) -> HomeItem {
    let own = Origin(purchase.price?.subject ?? subject)
    return HomeItem(
      name: name, title: title, count: count, price: price, bought: purchase.date,
      life: purchase.life.map { Sourced($0, own) } ?? settings.life.sourced(or: CostDefaults.life),
      residual: purchase.residual.map { Sourced($0, own) } ?? settings.residual.sourced(or: CostDefaults.residual),
      failures: purchase.failures.map { Sourced($0, own) }
        ?? settings.failures.sourced(or: thing?.failures ?? CostDefaults.failures),
      power: power, isOnMains: onMains || (thing?.isOnMains ?? false), capacity: capacity)
  }

  private var boards: String {
    context.catalogue.things.values.filter { $0.memory != nil }.map(\.model).sorted().joined(separator: ", ")
  }

  private mutating func thing(_ model: String?, subject: Subject, what: String) -> HardwareCatalogue.Thing? {
    guard let model else { return nil }
    if let thing = context.catalogue.things[model] { return thing }
    mistakes.append(
      HearthError(
        .inventory, "\(what): the hardware catalogue knows no `\(model)`", subject: subject,
        hint: "known are \(context.catalogue.models.joined(separator: ", "))"))
    return nil
  }

  private mutating func price(
    _ purchase: Purchase, _ thing: HardwareCatalogue.Thing?, subject: Subject, what: String
  ) -> Sourced<Money>? {
    if let date = purchase.date, date > context.today {
      mistakes.append(
        HearthError(
          .inventory, "\(what) was bought on \(date), which is after today (\(context.today))",
          subject: purchase.price?.subject ?? subject, hint: "correct the date, or price it with `hearth cost plan`"))
    }
    if let price = purchase.price { return converted(price.value, Origin(price.subject), subject: price.subject) }
    if context.assumesListPrices, let list = thing?.list {
      let age = thing?.listDay.map { " of \($0)" } ?? ""
      // Lists are without tax, what people pay at home is with it.
      let vat = tax.vat.map { Ratio(1 + $0.value.value) }
      let words = tax.vat.map { ", with \($0.value) VAT" } ?? ", without tax"
      let origin = Origin.assumed("the catalogue's list price\(age)\(words): \(list.origin)")
      return converted(vat.map { list.value * $0 } ?? list.value, origin, subject: subject)
    }
    if subject.file == nil, subject.step != nil {
      mistakes.append(
        HearthError(
          .usage, "no list price is known for \(thing?.title ?? what)", subject: subject,
          hint: subject.step?.hasPrefix("--what-if") == true
            ? "say what one costs, with tax: price=118" : "say what one costs, with tax: --price 118"))
      return nil
    }
    let hint =
      thing?.list == nil || context.assumesListPrices
      ? "add what it cost, with tax: `purchase: {price: 89.00, date: 2025-03-01}`; 0 if it was free"
      : "add what it cost: `purchase: {price: 89.00, date: 2025-03-01}`; or take list prices: --list-prices"
    mistakes.append(HearthError(.inventory, "\(what) has no purchase price", subject: subject, hint: hint))
    return nil
  }

  private mutating func converted(_ money: Money, _ origin: Origin, subject: Subject) -> Sourced<Money>? {
    do throws(HearthError) {
      return Sourced(tax.home(try context.book.rates.convert(money, to: settings.currency)), origin)
    } catch {
      mistakes.append(error.at(subject))
      return nil
    }
  }

  private func power(
    _ own: PowerDraw?, _ thing: HardwareCatalogue.Thing?, _ subject: Subject
  ) -> Sourced<PowerDraw>? {
    if let own { return Sourced(own, Origin(subject)) }
    guard let idle = thing?.idle, let load = thing?.load else { return nil }
    let isAtWall = thing?.isAtWall ?? false
    let origin =
      idle.origin == load.origin
      ? idle.origin
      : Origin.published(
        url: "idle \(idle.origin); load \(load.origin)", day: nil, note: nil)
    return Sourced(PowerDraw(idle: idle.value, load: load.value, isAtWall: isAtWall), origin)
  }

  private func efficiency() -> Sourced<Ratio> {
    let thing = rack.hardware.supply?.model.flatMap { context.catalogue.things[$0] }
    return settings.efficiency.sourced(or: thing?.efficiency ?? CostDefaults.efficiency)
  }

  private mutating func tariff() -> Sourced<Price<KilowattHour>>? {
    do throws(HearthError) {
      if let own = settings.tariff {
        let average = try TariffAverage(context).average(own)
        notes += average.notes
        return average.price.map { Price(tax.home($0.money)) }
      }
      if let published = country?.tariff {
        let money = try context.book.rates.convert(published.value.money, to: settings.currency)
        return Sourced(Price(tax.home(money)), published.origin)
      }
    } catch {
      mistakes.append(error)
      return nil
    }
    let isFile = rack.nodes.first?.source.file != nil
    let hint =
      isFile
      ? "add `cost: {tariff: 0.2872}` with what a kWh costs you, or `cost: {country: DE}` for a published average"
      : "say what a kWh costs you: --tariff 0.30, or --country DE for a published average"
    mistakes.append(
      HearthError(.inventory, "no electricity price", subject: settings.country?.subject ?? place, hint: hint))
    return nil
  }

  private var place: Subject { Subject(file: rack.nodes.first?.source.file) }

  private mutating func checkCountry() {
    guard let own = settings.country, country == nil else { return }
    mistakes.append(
      HearthError(
        .inventory, "nothing is known about the country `\(own.value)`", subject: own.subject,
        hint:
          "known are \(context.catalogue.countries.keys.sorted().joined(separator: ", ")); or leave it out and give "
          + "`tariff`, `carbon` and `tax: {vat: …}`"))
  }

  private mutating func adminRate() -> Sourced<Price<Hour>> {
    if let own = settings.admin.rate { return Sourced(own.value, Origin(own.subject)) }
    let standard = CostDefaults.adminRate.money
    let money = (try? context.book.rates.convert(standard, to: settings.currency)) ?? .zero(settings.currency)
    return Sourced(Price(money), .assumed("hearth's default of \(standard) an hour"))
  }

  private func carbon() -> Sourced<GramsCO2>? {
    settings.carbon.map { Sourced($0.value, Origin($0.subject)) } ?? country?.carbon
  }
}
