package import Units

/// Where a price was read, and when.
package struct PriceSource: Sendable, Hashable, Codable {
  package var url: String
  /// The day on which the price was valid there; nil when nobody knows, which counts as older than any limit.
  package var day: Day?
  package var confidence: Confidence
  /// What else must be known to judge it.
  package var note: String?

  package init(url: String, day: Day?, confidence: Confidence, note: String? = nil) {
    self.url = url
    self.day = day
    self.confidence = confidence
    self.note = note
  }

  package enum Confidence: String, Sendable, Codable, CaseIterable {
    /// Fetched by hearth from the provider itself.
    case live
    /// Read in the provider's own list, or in data made from it.
    case published
    /// Read somewhere else.
    case reported
    /// Widely known, not looked up on that day.
    case assumed
    /// The owner's own: negotiated, or from a bill.
    case own
  }
}

extension PriceSource: CustomStringConvertible {
  /// `https://…, 2026-09-29, published`.
  package var description: String {
    [url, day.map { "\($0)" } ?? "date unknown", confidence.rawValue, note].compactMap { $0 }.joined(separator: ", ")
  }
}

/// Who sells.
package struct Provider: Sendable, Hashable, Codable {
  /// As files and commands name it: `hetzner`.
  package var id: String
  /// As people know it: `Hetzner Cloud`.
  package var name: String
  /// Where its prices can be looked up by a person.
  package var url: String?

  package init(id: String, name: String, url: String? = nil) {
    self.id = id
    self.name = name
    self.url = url
  }
}

/// Whether one can have it.
package enum Availability: String, Sendable, Codable, CaseIterable {
  case orderable
  /// Sometimes, or not everywhere in the region.
  case limited
  case notOrderable = "not-orderable"
  case unknown
}

/// What providers call places, and where on the earth those are.
package enum Regions {
  /// A price that holds wherever the provider is.
  package static func isEverywhere(_ region: String) -> Bool { ["*", "all", "global"].contains(region) }

  /// Short names that say nothing of the place, by provider.
  private static let zones: [String: [String: String]] = [
    "hetzner": [
      "fsn1": "eu-central", "nbg1": "eu-central", "hel1": "eu-central", "ash": "us-east", "hil": "us-west",
      "sin": "ap-southeast",
    ]
  ]

  private static let continents: [(prefix: String, continent: String)] = [
    ("eu", "eu"), ("westeurope", "eu"), ("northeurope", "eu"), ("germany", "eu"), ("france", "eu"), ("sweden", "eu"),
    ("switzerland", "eu"), ("norway", "eu"), ("poland", "eu"), ("italy", "eu"), ("spain", "eu"), ("uk", "eu"),
    ("fr-", "eu"), ("nl-", "eu"), ("pl-", "eu"), ("us", "us"), ("east", "us"), ("west", "us"), ("central", "us"),
    ("south", "us"), ("north", "us"), ("ap-", "ap"), ("asia", "ap"), ("sa-", "sa"), ("southamerica", "sa"),
  ]

  /// All names under which a region may be asked for: its own, its zone's and its continent's.
  package static func names(_ region: String, of provider: String) -> [String] {
    let zone = zones[provider]?[region]
    let place = zone ?? region
    let continent = continents.first { place.hasPrefix($0.prefix) }?.continent
    return [region, zone, continent].compactMap(\.self)
  }

  /// Whether a region is among the wanted ones, by the beginning of one of its names; places that hold everywhere always
  /// are.
  package static func matches(_ region: String, of provider: String, wanted: [String]) -> Bool {
    guard !wanted.isEmpty, !isEverywhere(region) else { return true }
    let names = names(region, of: provider)
    return wanted.contains { wish in names.contains { $0.hasPrefix(wish) } }
  }
}

/// What a provider's list would name if it were sold: where the list was read whole, anything of this that it lacks is
/// sold no more.
package struct ListScope: Sendable, Equatable {
  package var provider: String
  /// How names begin, such as `t4g.`; empty for all names.
  package var prefixes: [String]
  /// Places that were asked for; empty for all.
  package var regions: [String]
  /// The day on which the list was confirmed last.
  package var day: Day?

  package init(_ provider: String, prefixes: [String] = [], regions: [String] = [], day: Day? = nil) {
    self.provider = provider
    self.prefixes = prefixes
    self.regions = regions
    self.day = day
  }

  /// Lists of prices on demand say nothing of other terms, and none says anything of what was seen after it.
  package func covers(_ offer: InstanceOffer) -> Bool {
    offer.provider == provider && offer.term == .onDemand && isLater(than: offer)
      && (regions.isEmpty || regions.contains(offer.region))
      && (prefixes.isEmpty || prefixes.contains { offer.name.hasPrefix($0) })
  }

  private func isLater(than offer: InstanceOffer) -> Bool {
    guard let day, let other = offer.quote.source.day else { return true }
    return other <= day
  }
}
