import Foundation
package import Units

/// Everything that is known about prices: the snapshot, what was fetched since, and the owner's own.
package struct PriceBook: Sendable, Equatable {
  /// In the order of their ids.
  package private(set) var providers: [Provider]
  package private(set) var instances: [InstanceOffer]
  package private(set) var services: [ServiceOffer]
  package private(set) var families: [CPUFamily]
  package private(set) var rates: ExchangeRates

  package init(
    providers: [Provider] = [], instances: [InstanceOffer] = [], services: [ServiceOffer] = [],
    families: [CPUFamily] = [], rates: ExchangeRates = ExchangeRates()
  ) {
    self.providers = providers.sorted { $0.id < $1.id }
    self.instances = instances
    self.services = services
    self.families = families
    self.rates = rates
  }

  package func provider(_ id: String) -> Provider? { providers.first { $0.id == id } }
  package func instances(of provider: String) -> [InstanceOffer] { instances.filter { $0.provider == provider } }
  package func services(of provider: String) -> [ServiceOffer] { services.filter { $0.provider == provider } }

  package func family(of offer: InstanceOffer) -> CPUFamily? {
    guard let id = offer.family else { return nil }
    return families.first { $0.id == id }
  }

  /// By the measured figure of its family, in proportion to virtual CPUs; nil when there is none.
  package func performance(of offer: InstanceOffer) -> Performance? {
    family(of: offer).map { $0.perVCPU * Decimal(offer.vcpus) }
  }

  /// This book with another laid over it: of two offers of the same thing the other's stays.
  package func overlaid(with other: PriceBook) -> PriceBook {
    var rates = rates
    rates.overlay(other.rates)
    return PriceBook(
      providers: PriceBook.merge(providers, other.providers, by: \.id),
      instances: PriceBook.merge(instances, other.instances, by: \.identity),
      services: PriceBook.merge(services, other.services, by: \.identity),
      families: PriceBook.merge(families, other.families, by: \.id), rates: rates)
  }

  /// The same with a provider's own list: what it names replaces everything that was known under these names, in
  /// whatever region, since the older prices may have called regions otherwise.
  func superseded(by list: PriceBook) -> PriceBook {
    struct Kind: Hashable {
      var provider: String
      var what: String
    }
    let machines = Set(list.instances.map { Kind(provider: $0.provider, what: $0.name + $0.term.rawValue) })
    let services = Set(list.services.map { Kind(provider: $0.provider, what: $0.kind.rawValue) })
    var rest = self
    rest.instances.removeAll { machines.contains(Kind(provider: $0.provider, what: $0.name + $0.term.rawValue)) }
    rest.services.removeAll { services.contains(Kind(provider: $0.provider, what: $0.kind.rawValue)) }
    return rest.overlaid(with: list)
  }

  private static func merge<Element, Identity: Hashable>(
    _ old: [Element], _ new: [Element], by identity: (Element) -> Identity
  ) -> [Element] {
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
