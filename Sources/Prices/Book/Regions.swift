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
