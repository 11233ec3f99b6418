package import Units

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
