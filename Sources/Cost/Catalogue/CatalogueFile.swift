package import Diagnostics
import Foundation
import Inventory
import Schema
import Units

/// One file of `inventory/hardware/`.
package struct CatalogueFile: Sendable {
  package var things: [HardwareCatalogue.Thing]
  package var countries: [HardwareCatalogue.Country]

  /// - Throws: Every mistake of the file, with its line.
  package static func decode(_ text: String, file: String) throws(HearthErrors) -> CatalogueFile {
    var decoding = Decoding(file: file)
    guard let tree = try YAMLTree.parse(text, file: file) else {
      throw HearthErrors([HearthError(.inventory, "the catalogue is empty", subject: Subject(file: file))])
    }
    let result = CatalogueKeys.kind.decode(tree, &decoding)
    if let result {
      for source in result.used where result.sources[source.value] == nil {
        decoding.add("the source `\(source.value)` is not among `sources`", at: source.place)
      }
    }
    guard decoding.mistakes.isEmpty, let result else { throw HearthErrors(decoding.sortedMistakes) }
    return result.file
  }
}

/// A file as it is written: figures name their sources.
struct CatalogueDocument: Sendable {
  var sources: [String: Origin]
  var things: [ThingEntry]
  var countries: [CountryEntry]

  var used: [Located<String>] {
    let ofThings = things.flatMap { thing in
      [thing.idle, thing.load, thing.benchmark, thing.efficiency, thing.failures, thing.list].compactMap { $0?.source }
    }
    return ofThings + countries.flatMap { [$0.tariff, $0.carbon, $0.vat].compactMap { $0?.source } }
  }

  var file: CatalogueFile {
    CatalogueFile(
      things: things.map { entry in
        HardwareCatalogue.Thing(
          model: entry.model, title: entry.title, cores: entry.cores.map { Cores(Decimal($0)) },
          memory: entry.memory.map { Gibibytes($0) }, idle: sourced(entry.idle) { Watts($0) },
          load: sourced(entry.load) { Watts($0) }, benchmark: sourced(entry.benchmark) { Performance($0) },
          efficiency: sourced(entry.efficiency) { .percent($0) }, failures: sourced(entry.failures) { .percent($0) },
          list: sourced(entry.list) { Money($0, entry.list?.currency ?? .usd) },
          listDay: entry.list.flatMap { $0.source }.flatMap { days[$0.value] }, isOnMains: entry.isOnMains,
          isAtWall: entry.isAtWall)
      },
      countries: countries.map { entry in
        HardwareCatalogue.Country(
          code: entry.code, name: entry.name,
          tariff: sourced(entry.tariff) { Price($0, entry.tariff?.currency ?? .eur) },
          carbon: sourced(entry.carbon) { GramsCO2($0) }, vat: sourced(entry.vat) { .percent($0) },
          timeZone: entry.timeZone)
      })
  }

  private var days: [String: Day] {
    sources.compactMapValues { if case .published(_, let day, _) = $0 { day } else { nil } }
  }

  private func sourced<Value>(_ figure: FigureEntry?, _ make: (Decimal) -> Value) -> Sourced<Value>? {
    guard let figure, let source = figure.source, let origin = sources[source.value] else { return nil }
    return Sourced(make(figure.value), origin)
  }
}

/// A number and the name of its source.
struct FigureEntry: Sendable {
  var value: Decimal
  var source: Located<String>?
  var currency: Currency?
}

struct ThingEntry: Sendable {
  var model: String
  var title: String
  var cores: Int?
  var memory: Decimal?
  var idle: FigureEntry?
  var load: FigureEntry?
  var benchmark: FigureEntry?
  var efficiency: FigureEntry?
  var failures: FigureEntry?
  var list: FigureEntry?
  var isOnMains: Bool
  var isAtWall: Bool
}

struct CountryEntry: Sendable {
  var code: String
  var name: String
  var tariff: FigureEntry?
  var carbon: FigureEntry?
  var vat: FigureEntry?
  var timeZone: String?
}
