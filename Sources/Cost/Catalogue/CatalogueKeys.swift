import Foundation
import Inventory
import Schema
import Units

/// The keys of a hardware file.
enum CatalogueKeys {
  static let sources = Key("sources", SourceKeys.table, required: true, "Where the figures come from, by name.")
  static let things = Key("things", ThingKeys.kind.list(), "Boards and parts.")
  static let countries = Key("countries", CountryKeys.kind.list(), "Published averages.")

  static let kind = Kind<CatalogueDocument>.object(
    "the catalogue", "Boards, parts and countries.", keys: [sources, things, countries]
  ) { fields in
    CatalogueDocument(
      sources: fields[sources] ?? [:], things: fields[things] ?? [], countries: fields[countries] ?? [])
  }
}

enum SourceKeys {
  static let url = Key("url", Kind<String>.text(.words), "Where one can read it.")
  static let date = Key("date", Kind<Day>.day, "When it was true there.")
  static let note = Key("note", Kind<String>.text(.words), "What else must be known.")
  static let known = Key("known", Kind<Bool>.truth, "Common knowledge: an assumption.")

  static let kind = Kind<Origin>.object("a source", "Where a figure comes from.", keys: [url, date, note, known]) {
    if let url = $0[url] { return .published(url: url, day: $0[date], note: $0[note]) }
    return $0[note].map { .assumed($0) }
  }

  /// Any names.
  static let table = Kind<[String: Origin]>(shape: kind.shape) { tree, decoding in
    guard case .map(let entries) = tree.content else { return decoding.mismatch(tree, kind.shape) }
    var result: [String: Origin] = [:]
    for entry in entries { result[entry.key] = kind.decode(entry.value, &decoding) }
    return result
  }
}

enum FigureKeys {
  static let source = Key("source", Kind<String>.text(.words).located, required: true, "A name of `sources`.")
  static let note = Key("note", Kind<String>.text(.words), "What else must be known.")
  static let currency = Key("currency", Kind<Currency>.currency, "ISO 4217 code.")
  static let single = Key("single", number("MIPS", 1...1_000_000), "Of one core.")

  static func number(_ what: String, _ range: ClosedRange<Decimal>) -> Kind<Decimal> {
    .decimal(DecimalShape(what, range))
  }

  static func figure(_ name: String, _ what: String, _ range: ClosedRange<Decimal>) -> Kind<FigureEntry> {
    let value = Key(name, number(what, range), required: true, "The figure.")
    return .object("a figure", "A number with its source.", keys: [value, source, note, currency, single]) { fields in
      fields[value].map { FigureEntry(value: $0, source: fields[source], currency: fields[currency]) }
    }
  }
}

enum ThingKeys {
  private enum Feed: String, Sendable { case supply, mains }

  static let model = Key("model", Kind<String>.text(.hardware), required: true, "As inventories name it.")
  static let title = Key("title", Kind<String>.text(.words), required: true, "As people name it.")
  static let cores = Key("cores", Kind<Int>.integer(1...512), "Cores.")
  static let memory = Key("memory", FigureKeys.number("GiB", CostBounds.memory), "Memory in GiB.")
  static let idle = Key("idle", FigureKeys.figure("watts", "watts", CostBounds.watts), "At rest.")
  static let load = Key("load", FigureKeys.figure("watts", "watts", CostBounds.watts), "At full load.")
  static let benchmark = Key(
    "benchmark", FigureKeys.figure("mips", "MIPS", 100...10_000_000), "7-zip, all cores together.")
  static let efficiency = Key("efficiency", FigureKeys.figure("percent", "percent", 30...100), "Of a supply.")
  static let failures = Key("failures", FigureKeys.figure("percent", "percent", 0...100), "A year.")
  static let list = Key("list", FigureKeys.figure("price", "units of the currency", 0...100_000), "Its list price.")
  private static let feed = Key(
    "feed", Kind<Feed>.choice([(.supply, "Behind the rack's supply."), (.mains, "On the mains.")]), "What feeds it.")

  private enum Point: String, Sendable { case wall, board }
  private static let point = Key(
    "at", Kind<Point>.choice([(.wall, "At the wall socket, the supply's loss included."), (.board, "At the board.")]),
    "Where its watts were read.")

  static let kind = Kind<ThingEntry>.object(
    "a thing", "A board or a part.",
    keys: [model, title, cores, memory, idle, load, benchmark, efficiency, failures, list, feed, point]
  ) { fields in
    guard let model = fields[model], let title = fields[title] else { return nil }
    return ThingEntry(
      model: model, title: title, cores: fields[cores], memory: fields[memory], idle: fields[idle], load: fields[load],
      benchmark: fields[benchmark], efficiency: fields[efficiency], failures: fields[failures], list: fields[list],
      isOnMains: fields[feed] == .mains, isAtWall: fields[point] == .wall)
  }
}

enum CountryKeys {
  static let code = Key("code", Kind<String>.text(.words), required: true, "ISO 3166 code.")
  static let name = Key("name", Kind<String>.text(.words), required: true, "Its name.")
  static let tariff = Key(
    "tariff", FigureKeys.figure("price", "the currency's units a kWh", CostBounds.tariff),
    "Household average; in EUR unless `currency` says otherwise.")
  static let carbon = Key("carbon", FigureKeys.figure("grams", "grams a kWh", 0...1500), "CO₂ of a kWh.")
  static let timeZone = Key("timeZone", Kind<String>.text(.words), "Its clock, by the IANA's name.")
  static let vat = Key("vat", FigureKeys.figure("percent", "percent", 0...40), "Standard rate.")

  static let kind = Kind<CountryEntry>.object(
    "a country", "Published averages.", keys: [code, name, tariff, carbon, vat, timeZone]
  ) { fields in
    guard let code = fields[code], let name = fields[name] else { return nil }
    return CountryEntry(
      code: code, name: name, tariff: fields[tariff], carbon: fields[carbon], vat: fields[vat],
      timeZone: fields[timeZone])
  }
}

enum CostBounds {
  static let memory = Decimal(1, over: 16)...4096
  static let watts = Decimal(1, over: 10)...2000
  static let tariff = Decimal(1, over: 100)...2
}
