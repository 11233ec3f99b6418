package import Units

/// How old a price is, and what that means for what may be said with it.
package enum PriceAge: Sendable, Hashable {
  case fresh(days: Int)
  /// More than 90 days: used, with a warning.
  case old(days: Int)
  /// More than a year, or of unknown date: shown and marked, not used for a headline. Less than 0: dated so many days
  /// after today, more than a year: a wrong date, which makes no price young.
  case stale(days: Int?)

  package static let warningDays = 90
  package static let limitDays = 365

  package init(of source: PriceSource, on today: Day) {
    guard let day = source.day else {
      self = .stale(days: nil)
      return
    }
    // Reports for an earlier day and clocks that are a little off are not a reason to doubt a list.
    let days = max(0, today.days(since: day))
    if day.days(since: today) > PriceAge.limitDays {
      self = .stale(days: -day.days(since: today))
      return
    }
    self =
      days > PriceAge.limitDays
      ? .stale(days: days) : days > PriceAge.warningDays ? .old(days: days) : .fresh(days: days)
  }

  package var days: Int? {
    switch self {
    case .fresh(let days), .old(let days): days
    case .stale(let days): days.flatMap { $0 < 0 ? nil : $0 }
    }
  }

  /// By how many days the price is dated too late.
  package var daysAhead: Int? { if case .stale(let days?) = self, days < 0 { -days } else { nil } }

  /// Good enough for a headline.
  package var isUsable: Bool { if case .stale = self { false } else { true } }

  /// The older of the two; what is of unknown date is older than anything.
  package func worse(_ other: PriceAge) -> PriceAge {
    if !isUsable { return self }
    if !other.isUsable { return other }
    return (other.days ?? 0) > (days ?? 0) ? other : self
  }

  package var needsWarning: Bool { if case .fresh = self { false } else { true } }
}

extension PriceAge: CustomStringConvertible {
  /// `56 days old`.
  package var description: String {
    if let daysAhead { return "dated \(daysAhead) days ahead" }
    guard let days else { return "of unknown date" }
    return days == 0 ? "of today" : days == 1 ? "1 day old" : "\(days) days old"
  }
}

/// The ages of one provider's prices.
package struct ProviderAge: Sendable, Hashable {
  package var provider: Provider
  /// Of the newest instance price.
  package var newest: PriceAge
  /// Of the oldest.
  package var oldest: PriceAge
  /// Instance prices that may be used for a headline, and all of them.
  package var usable: Int
  package var all: Int
  /// The day of the newest price.
  package var newestDay: Day?

  /// At least one instance price is good enough for a headline.
  package var isFresh: Bool { usable > 0 }
}

extension PriceBook {
  /// A headline over fewer providers would be a comparison with an accident.
  package static let fewestProviders = 3

  package func age(of offer: InstanceOffer, on today: Day) -> PriceAge { PriceAge(of: offer.quote.source, on: today) }

  /// Providers with at least one instance, in the order of their ids.
  package func ages(on today: Day) -> [ProviderAge] {
    providers.compactMap { provider in
      let sources = sources(of: provider.id)
      let ages = sources.map { PriceAge(of: $0, on: today) }.sorted { ($0.days ?? .max) < ($1.days ?? .max) }
      guard let newest = ages.first, let oldest = ages.last else { return nil }
      return ProviderAge(
        provider: provider, newest: newest, oldest: oldest, usable: ages.count(where: \.isUsable), all: ages.count,
        newestDay: sources.compactMap(\.day).max())
    }
  }

  private func sources(of provider: String) -> [PriceSource] {
    instances(of: provider).map(\.quote.source) + flexible(of: provider).map(\.processor.source)
  }

  /// Whether a headline may be given: with `allowStale` always.
  package func headline(on today: Day, allowStale: Bool = false) -> HeadlineVerdict {
    let ages = ages(on: today)
    let fresh = ages.filter(\.isFresh).map(\.provider.id)
    let stale = ages.filter { !$0.isFresh }.map(\.provider.id)
    return HeadlineVerdict(
      fresh: fresh, stale: stale, isAllowed: allowStale || fresh.count >= PriceBook.fewestProviders)
  }
}

package struct HeadlineVerdict: Sendable, Hashable {
  /// Ids of providers with prices not older than a year.
  package var fresh: [String]
  /// Ids of those that only have older ones.
  package var stale: [String]
  package var isAllowed: Bool

  /// Why there is no headline; nil when there is one.
  package var refusal: String? {
    guard !isAllowed else { return nil }
    let names = fresh.isEmpty ? "none" : fresh.joined(separator: ", ")
    return "fewer than \(PriceBook.fewestProviders) providers have prices from the last year (\(names)); "
      + "fetch newer ones with `hearth cost prices --update`, or add --allow-stale"
  }
}
