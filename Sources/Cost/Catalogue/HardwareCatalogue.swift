package import Diagnostics
import Inventory
package import Units

/// What is known about boards and parts: `inventory/hardware/`, embedded.
package struct HardwareCatalogue: Sendable {
  package struct Thing: Sendable {
    /// As inventories name it.
    package var model: String
    package var title: String
    package var cores: Cores?
    package var memory: Gibibytes?
    package var idle: Sourced<Watts>?
    package var load: Sourced<Watts>?
    /// Of all cores together.
    package var benchmark: Sourced<Performance>?
    /// Of a supply.
    package var efficiency: Sourced<Ratio>?
    /// A year.
    package var failures: Sourced<Ratio>?
    package var list: Sourced<Money>?
    package var listDay: Day?
    /// It hangs on the mains directly, not behind the rack's supply.
    package var isOnMains: Bool
    /// Its watts were read at the wall socket, so that a supply's loss is in them already.
    package var isAtWall: Bool
  }

  package struct Country: Sendable {
    package var code: String
    package var name: String
    package var tariff: Sourced<Price<KilowattHour>>?
    package var carbon: Sourced<GramsCO2>?
    package var vat: Sourced<Ratio>?
    /// By the IANA's name.
    package var timeZone: String?
  }

  package var things: [String: Thing]
  package var countries: [String: Country]

  package var models: [String] { things.keys.sorted() }

  /// Cheapest and dearest published household tariffs in euros: the bounds of the sensitivity to electricity.
  package var tariffBounds: (low: Country, high: Country)? {
    let priced = countries.values.compactMap { country in country.tariff.map { (country, $0.value) } }
      .filter { $0.1.currency == .eur }
    guard let low = priced.min(by: { $0.1 < $1.1 }), let high = priced.max(by: { $0.1 < $1.1 }) else { return nil }
    return (low.0, high.0)
  }

  /// The files that come with hearth.
  package static func embedded() throws(HearthErrors) -> HardwareCatalogue {
    var catalogue = HardwareCatalogue(things: [:], countries: [:])
    for (name, text) in embeddedFiles.sorted(by: { $0.key < $1.key }) where name.hasSuffix(".yaml") {
      try catalogue.add(CatalogueFile.decode(text, file: "inventory/hardware/\(name)"))
    }
    return catalogue
  }

  package mutating func add(_ file: CatalogueFile) {
    for thing in file.things { things[thing.model] = thing }
    for country in file.countries { countries[country.code] = country }
  }
}
