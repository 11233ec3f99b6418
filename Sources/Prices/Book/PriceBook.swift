import Foundation
package import Units

/// Everything that is known about prices: the snapshot, what was fetched since, and the owner's own.
package struct PriceBook: Sendable, Equatable {
  /// In the order of their ids.
  package let providers: [Provider]
  package let instances: [InstanceOffer]
  package let services: [ServiceOffer]
  /// Of which one chooses processors and memory.
  package let flexible: [FlexibleOffer]
  package let families: [CPUFamily]
  package let rates: ExchangeRates
  /// What a reader must know of how the lists were put together.
  package let notes: [String]
  /// Of what this book has the whole list; a book that is put together of several has none.
  package let scopes: [ListScope]

  // By provider or id: lists of tens of thousands of prices are asked again and again.
  private let offersOf: [String: [InstanceOffer]]
  private let servicesOf: [String: [ServiceOffer]]
  private let familyOf: [String: CPUFamily]
  private let familyFor: [String: String]

  package init(
    providers: [Provider] = [], instances: [InstanceOffer] = [], services: [ServiceOffer] = [],
    flexible: [FlexibleOffer] = [], families: [CPUFamily] = [], rates: ExchangeRates = ExchangeRates(),
    notes: [String] = [], scopes: [ListScope] = []
  ) {
    self.providers = providers.sorted { $0.id < $1.id }
    self.instances = instances
    self.services = services
    self.flexible = flexible
    self.families = families
    self.rates = rates
    self.notes = notes
    self.scopes = scopes
    offersOf = Dictionary(grouping: instances, by: \.provider)
    servicesOf = Dictionary(grouping: services, by: \.provider)
    familyOf = Dictionary(families.map { ($0.id, $0) }) { first, _ in first }
    familyFor = Dictionary(families.flatMap { family in family.holdsFor.map { ($0, family.id) } }) { $1 }
  }

  package func provider(_ id: String) -> Provider? { providers.first { $0.id == id } }
  package func instances(of provider: String) -> [InstanceOffer] { offersOf[provider] ?? [] }
  package func services(of provider: String) -> [ServiceOffer] { servicesOf[provider] ?? [] }
  package func flexible(of provider: String) -> [FlexibleOffer] { flexible.filter { $0.provider == provider } }

  package func family(of offer: InstanceOffer) -> CPUFamily? {
    (offer.family ?? familyFor["\(offer.provider)/\(offer.name)"]).flatMap { familyOf[$0] }
  }

  package func family(_ id: String) -> CPUFamily? { familyOf[id] }

  /// By the measured figure of its family, in proportion to virtual CPUs; nil when there is none.
  package func performance(of offer: InstanceOffer) -> Performance? {
    family(of: offer).map { $0.perVCPU * Decimal(offer.vcpus) }
  }

  /// This book with another laid over it: of two offers of the same thing the other's stays, of two exchange rates the
  /// younger one.
  package func overlaid(with other: PriceBook) -> PriceBook {
    var rates = rates
    let kept = rates.overlay(other.rates)
    return PriceBook(
      providers: PriceBook.merge(providers, other.providers, by: \.id),
      instances: PriceBook.merge(instances, other.instances, by: \.identity),
      services: PriceBook.merge(services, other.services, by: \.identity),
      flexible: PriceBook.merge(flexible, other.flexible, by: \.identity),
      families: PriceBook.merge(families, other.families, by: \.id), rates: rates,
      notes: notes + other.notes
        + kept.map { older, newer in
          "the rate EUR 1 = \(older.currency) \(older.perEuro.brief) of \(older.source.day.map { "\($0)" } ?? "unknown date") "
            + "is older than \(newer.perEuro.brief) of \(newer.source.day.map { "\($0)" } ?? "unknown date"), which is used"
        })
  }

  /// The same with a provider's own list: what it names replaces everything that was known under these names, in
  /// whatever region, since the older prices may have called regions otherwise. What a list that was read whole names no
  /// more keeps its price to be looked at, and cannot be ordered.
  func superseded(by list: PriceBook) -> PriceBook {
    struct Kind: Hashable {
      var provider: String
      var what: String
    }
    let machines = Set(list.instances.map { Kind(provider: $0.provider, what: $0.name + $0.term.rawValue) })
    let services = Set(list.services.map { Kind(provider: $0.provider, what: $0.kind.rawValue) })
    let shapes = Set(list.flexible.map { Kind(provider: $0.provider, what: $0.name) })
    let rest = PriceBook(
      providers: providers,
      instances: instances.compactMap { offer in
        if machines.contains(Kind(provider: offer.provider, what: offer.name + offer.term.rawValue)) { return nil }
        return list.scopes.first { $0.covers(offer) }.map { offer.withdrawn(by: $0) } ?? offer
      },
      services: self.services.filter { !services.contains(Kind(provider: $0.provider, what: $0.kind.rawValue)) },
      flexible: flexible.filter { !shapes.contains(Kind(provider: $0.provider, what: $0.name)) }, families: families,
      rates: rates, notes: notes)
    return rest.overlaid(with: list)
  }

  private static func merge<Element, Identity: Hashable>(
    _ old: [Element], _ new: [Element], by identity: (Element) -> Identity
  ) -> [Element] {
    if new.isEmpty { return old }
    var places: [Identity: Int] = [:]
    var result: [Element] = []
    for element in old + new {
      if let place = places[identity(element)] {
        result[place] = element
      } else {
        places[identity(element)] = result.count
        result.append(element)
      }
    }
    return result
  }
}
