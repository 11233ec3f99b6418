package import Foundation
package import Units

/// Something other than a virtual machine that a cluster needs, or may live in.
package struct ServiceOffer: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// A managed Kubernetes control plane.
    case controlPlane = "control-plane"
    case blockStorage = "block-storage"
    case publicIPv4 = "public-ipv4"
    /// Outbound traffic to the internet.
    case egress
    case loadBalancer = "load-balancer"
    /// Containers without servers, the part for processors.
    case containerCPU = "container-cpu"
    /// Containers without servers, the part for memory.
    case containerMemory = "container-memory"
  }

  /// A ``Provider``'s id.
  package var provider: String
  package var kind: Kind
  /// The provider's own name: `EKS`, `gp3`.
  package var name: String
  package var region: String
  /// Of the billing unit, free each month: gigabytes of traffic before the first that costs.
  package var freePerMonth: Decimal
  package var availability: Availability
  /// Nil for what the provider gives away on purpose, such as a control plane; never for a price that is not known.
  package var quote: Quote?
  /// Where it is said that it costs nothing; the quote's own source otherwise.
  package var source: PriceSource

  package init(
    provider: String, kind: Kind, name: String, region: String, freePerMonth: Decimal = 0,
    availability: Availability = .orderable, quote: Quote
  ) {
    self.provider = provider
    self.kind = kind
    self.name = name
    self.region = region
    self.freePerMonth = freePerMonth
    self.availability = availability
    self.quote = quote
    source = quote.source
  }

  /// Free of charge, and said to be so by the source.
  package init(
    free kind: Kind, provider: String, name: String, region: String, availability: Availability = .orderable,
    source: PriceSource
  ) {
    self.provider = provider
    self.kind = kind
    self.name = name
    self.region = region
    freePerMonth = 0
    self.availability = availability
    quote = nil
    self.source = source
  }

  package var isFree: Bool { quote == nil }

  /// What this many cost a month, the free ones taken off. Of what is sold by the hour, `units` run all month and the free
  /// ones are hours.
  package func perMonth(_ units: Decimal, in currency: Currency) -> Money {
    guard let quote else { return .zero(currency) }
    switch quote.unit {
    case .hour, .vcpuHour, .gibibyteHour: return quote.money * max(0, units * Hours.perMonth.value - freePerMonth)
    case .month, .gigabyteMonth, .gigabyte: return quote.money * max(0, units - freePerMonth)
    }
  }

  package var identity: Identity { Identity(provider: provider, kind: kind, name: name, region: region) }

  package struct Identity: Sendable, Hashable {
    package var provider: String
    package var kind: Kind
    package var name: String
    package var region: String
  }
}
