import Foundation
import Schema
import Units

enum RackKeys {
  static let networkSwitch = Key("switch", ItemKeys.kind, example: "8-port gigabit switch", "The network switch.")
  static let supply = Key("supply", ItemKeys.kind, example: "60 W USB charger", "What feeds the nodes.")
  static let ups = Key("ups", ItemKeys.kind, example: "small UPS", "What keeps them alive when the mains fail.")
  static let others = Key(
    "others", ItemKeys.kind.list(), example: "[{name: case, purchase: 45.00}]",
    "All else: case, fans, cables, disks that belong to no node.")

  static let kind = Kind<RackSection>.object(
    "the rack", "What stands around the nodes.", keys: [networkSwitch, supply, ups, others]
  ) { fields in
    RackSection(
      networkSwitch: fields[networkSwitch], supply: fields[supply], ups: fields[ups], others: fields[others] ?? [])
  }
}

enum ItemKeys {
  static let name = Key(
    "name", Kind<String>.text(.words), required: true, example: "8-port gigabit switch", "What you call it.")
  static let model = Key(
    "model", Kind<String>.text(.hardware), example: "switch-8-port", "Its model, a name from the hardware catalogue.")
  static let count = Key("count", Kind<Int>.integer(1...100), fallback: "1", "How many of them.")
  static let purchase = Key(
    "purchase", PurchaseKeys.kind, example: "{price: 25.00, date: 2025-03-01}", "What one of them was bought for.")
  static let power = Key(
    "watts", PowerKeys.kind, fallback: "the catalogue's figures for `model`, or none",
    example: "6", "What one of them draws, in watts.")

  static let kind = Kind<ItemSection>.either(
    Kind<String>.text(.words).located.map { ItemSection(place: $0.place, name: $0.value) },
    .object("an item of the rack", "A thing with a model.", keys: [name, model, count, purchase, power]) { fields in
      fields[name].map {
        ItemSection(
          place: fields.place, name: $0, model: fields[model], count: fields[count], purchase: fields[purchase],
          power: fields[power])
      }
    })
}

enum PurchaseKeys {
  static let reason =
    "a part of a home rack costs less than that; amounts are whole units of the currency, not cents"
  static let amount = Kind<Decimal>.decimal(
    DecimalShape("the currency's units", 0...10_000_000, reason: reason)
  ).located

  static let price = Key(
    "price", amount, example: "89.00", "For one piece, with taxes, in `currency`. 0 means that it was free.")
  static let currency = Key("currency", Kind<Currency>.currency, fallback: "that of `cost`", "ISO 4217 code.")
  static let date = Key("date", Kind<Day>.day.located, example: "2025-03-01", "When it was bought.")
  static let life = Key("life", CostKeys.months, fallback: "that of `cost`", "Months that it is meant to last.")
  static let residual = Key(
    "residual", CostKeys.share(0...95, below: 1), fallback: "that of `cost`",
    "Percent of its price that it will still be worth then.")
  static let failures = Key(
    "failures", CostKeys.share(0...100, below: CostKeys.third),
    fallback: "that of `cost`, or the catalogue's for its model",
    "Percent of such things that fail in a year.")

  static let kind = Kind<PurchaseSection>.either(
    amount.map { PurchaseSection(price: $0) },
    .object("a purchase", "What a thing was bought for.", keys: [price, currency, date, life, residual, failures]) {
      fields in
      PurchaseSection(
        price: fields[price], currency: fields[currency], date: fields[date], life: fields[life],
        residual: fields[residual], failures: fields[failures])
    })
}

enum PowerKeys {
  private static let watts = Kind<Decimal>.decimal(
    DecimalShape(
      "watts", CostKeys.tenth...2000,
      reason: "no part of a rack draws less than 0.1 W or more than 2000 W; is the number in kilowatts or milliwatts?")
  ).located

  static let idle = Key("idle", watts, required: true, example: "3.1", "When it does nothing.")
  static let load = Key("load", watts, required: true, example: "7.4", "When it does all that it can.")

  private enum Point: String, Sendable { case supply, wall }
  private static let point = Key(
    "at",
    Kind<Point>.choice([
      (.supply, "Behind the supply: its loss comes on top."),
      (.wall, "At the wall socket: its loss is in the figures."),
    ]), fallback: "supply", "Where the watts were read.")

  static let kind = Kind<PowerSection>.either(
    watts.map { PowerSection(idle: $0, load: $0) },
    .object("a power draw", "Watts at rest and at work; one number means always the same.", keys: [idle, load, point]) {
      fields in
      guard let idle = fields[idle], let load = fields[load] else { return nil }
      return PowerSection(idle: idle, load: load, isAtWall: fields[point] == .wall)
    })
}
