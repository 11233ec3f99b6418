package import Units

/// One virtual machine type in one region, on one set of terms.
package struct InstanceOffer: Sendable, Hashable, Codable {
  package enum Architecture: String, Sendable, Codable, CaseIterable { case arm64, amd64 }

  package enum Term: String, Sendable, Codable, CaseIterable {
    case onDemand = "on-demand"
    /// Can be taken away at any time.
    case preemptible
    case reserved1Year = "reserved-1y"
    case reserved3Years = "reserved-3y"
  }

  /// A ``Provider``'s id.
  package var provider: String
  /// The provider's own name: `cax21`, `m7g.large`.
  package var name: String
  /// The provider's own name.
  package var region: String
  package var architecture: Architecture
  package var vcpus: Int
  package var memory: Gibibytes
  /// Id of a ``CPUFamily``; nil when nobody has measured such an instance.
  package var family: String?
  /// Full speed only for a while: what is sold is a share of a core.
  package var isBurstable: Bool
  package var term: Term
  package var availability: Availability
  /// What is in the price besides computing.
  package var included: Inclusions
  package var quote: Quote
  /// Of a shape that was cut from a ``FlexibleOffer``: its name and how many of the provider's processors it has.
  package var shape: Shape?

  package struct Shape: Sendable, Hashable, Codable {
    package var of: String
    package var processors: Int
  }

  package struct Inclusions: Sendable, Hashable, Codable {
    package var publicIPv4: Bool
    package var disk: Gigabytes?
    /// Outbound traffic a month.
    package var egress: Gigabytes?
    /// Without the address a machine costs less, by the price of one.
    package var isIPv4Optional: Bool
    package init(
      publicIPv4: Bool = false, disk: Gigabytes? = nil, egress: Gigabytes? = nil, isIPv4Optional: Bool = false
    ) {
      self.publicIPv4 = publicIPv4
      self.isIPv4Optional = isIPv4Optional
      self.disk = disk
      self.egress = egress
    }
  }

  package init(
    provider: String, name: String, region: String, architecture: Architecture, vcpus: Int, memory: Gibibytes,
    family: String? = nil, isBurstable: Bool = false, term: Term = .onDemand, availability: Availability = .orderable,
    included: Inclusions = Inclusions(), quote: Quote
  ) {
    self.provider = provider
    self.name = name
    self.region = region
    self.architecture = architecture
    self.vcpus = vcpus
    self.memory = memory
    self.family = family
    self.isBurstable = isBurstable
    self.term = term
    self.availability = availability
    self.included = included
    self.quote = quote
  }

  package var isPreemptible: Bool { term == .preemptible }

  /// Instances are sold by the hour or the month, so there is always such a price.
  package var perMonth: Money { quote.unitPerMonth }

  /// The same, which the provider's own list names no more.
  func withdrawn(by list: ListScope) -> InstanceOffer {
    var offer = self
    offer.availability = .notOrderable
    offer.quote.source.note = "not in the provider's list\(list.day.map { " of \($0)" } ?? "") any more"
    return offer
  }

  /// Two offers of the same thing: the later one replaces the earlier.
  package var identity: Identity { Identity(provider: provider, name: name, region: region, term: term) }

  package struct Identity: Sendable, Hashable {
    package var provider: String
    package var name: String
    package var region: String
    package var term: Term
  }
}
