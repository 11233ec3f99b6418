import Diagnostics
import Foundation
import Prices
import Units

/// Which machines of a provider could stand for the rack.
extension Biller {
  /// Every type on its own, shapes cut to measure, and for racks of different boards the cheapest for each of them.
  func matches(
    of provider: Provider, _ requirement: Requirement, perNode: Bool, term: InstanceOffer.Term
  ) throws(HearthError) -> [Match] {
    let all = book.instances(of: provider.id)
    // Who does not sell on such terms is compared by the hour.
    let own = all.contains { $0.term == term } ? term : .onDemand
    let wanted = cheapestOfEqual(all.filter { isWanted($0, own) })
    var result = wanted.compactMap { offer -> Match? in
      guard isRoomy(offer, requirement) else { return nil }
      return Match.find(offer, performance: book.performance(of: offer), for: requirement, perNode: perNode)
    }
    let flexible = book.flexible(of: provider.id).filter {
      Regions.matches($0.region, of: provider.id, wanted: needs.regions)
    }
    // Cut shapes come first: of two equal bills the earlier stays.
    guard perNode else {
      return flexible.compactMap { cut($0, requirement.memory, requirement.performance, requirement, false) } + result
    }
    let kinds = Set(requirement.machines)
    if kinds.count == 1, let only = kinds.first {
      return flexible.compactMap { cut($0, only.memory, only.performance, requirement, true) } + result
    }
    for (_, offers) in Dictionary(grouping: wanted.filter(isPlain), by: { Choice($0, self) }) {
      for withDisks in [false, true] {
        if let match = try combine(offers, flexible, kinds, requirement, withDisks) { result.append(match) }
      }
    }
    if let match = try combine([], flexible, kinds, requirement, false) { result.insert(match, at: 0) }
    return result
  }

  /// What can win: of offers that differ in name, price and day only, the cheapest that can be. One that cannot be stays
  /// as well, to be told. Of lists with tens of thousands of prices hardly any are left to be billed.
  private func cheapestOfEqual(_ offers: [InstanceOffer]) -> [InstanceOffer] {
    var places: [Shape: [Int]] = [:]
    for (index, offer) in offers.enumerated() { places[Shape(offer, self), default: []].append(index) }
    var kept: [Int] = []
    for equal in places.values {
      let sorted = equal.sorted {
        let (left, right) = (offers[$0].quote.money.amount, offers[$1].quote.money.amount)
        return left == right ? $0 < $1 : left < right
      }
      let first = sorted.firstIndex { Plausibility.doubt(offers[$0]) == nil } ?? sorted.count - 1
      kept += sorted[...first]
      if let dearest = sorted.last, first < sorted.count - 1 { kept.append(dearest) }
    }
    return kept.sorted().map { offers[$0] }
  }

  /// Everything of an offer that a match or a bill depends on, but for its price.
  private struct Shape: Hashable {
    var region: String
    var architecture: InstanceOffer.Architecture
    var vcpus: Int
    var memory: Gibibytes
    var family: String?
    var isBurstable: Bool
    var term: InstanceOffer.Term
    var availability: Availability
    var included: InstanceOffer.Inclusions
    var currency: Currency
    var unit: BillingUnit
    var tax: TaxTreatment
    var isUsable: Bool

    init(_ offer: InstanceOffer, _ biller: Biller) {
      region = offer.region
      architecture = offer.architecture
      vcpus = offer.vcpus
      memory = offer.memory
      family = biller.book.family(of: offer)?.id
      isBurstable = offer.isBurstable
      term = offer.term
      availability = offer.availability
      included = offer.included
      currency = offer.quote.money.currency
      unit = offer.quote.unit
      tax = offer.quote.tax
      isUsable = biller.book.age(of: offer, on: biller.today).isUsable
    }
  }

  private func cut(
    _ flexible: FlexibleOffer, _ memory: Gibibytes, _ performance: Performance?, _ requirement: Requirement,
    _ perNode: Bool
  ) -> Match? {
    let perVCPU = flexible.family.flatMap { book.family($0)?.perVCPU }
    guard let offer = flexible.machine(memory: memory, performance: performance, perVCPU: perVCPU) else { return nil }
    return Match.find(offer, performance: book.performance(of: offer), for: requirement, perNode: perNode)
  }

  /// Offers that may stand side by side: of one region, and equal in what decides whether they may set the headline.
  private struct Choice: Hashable {
    var region: String
    var isMeasured: Bool
    var isBurstable: Bool
    var isUsable: Bool

    init(_ offer: InstanceOffer, _ biller: Biller) {
      region = offer.region
      isMeasured = biller.book.performance(of: offer) != nil
      isBurstable = offer.isBurstable
      isUsable = biller.book.age(of: offer, on: biller.today).isUsable
    }
  }

  /// For each kind of board the cheapest machine.
  ///
  /// - Parameter withDisks: Counts the disk that a machine lacks for a board; what one machine has too much of may do for
  ///   another, so that both ways are tried.
  private func combine(
    _ offers: [InstanceOffer], _ flexible: [FlexibleOffer], _ kinds: Set<Requirement.Machine>,
    _ requirement: Requirement, _ withDisks: Bool
  ) throws(HearthError) -> Match? {
    let diskPerNode = needs.disk.value.value / Decimal(max(1, requirement.machines.count))
    var chosen: [Requirement.Machine: (offer: InstanceOffer, performance: Performance?)] = [:]
    for machine in kinds {
      var candidates = offers.filter { $0.memory * 2 >= machine.memory }
      if offers.isEmpty {
        candidates = flexible.compactMap { flexible in
          flexible.machine(
            memory: machine.memory, performance: machine.performance,
            perVCPU: flexible.family.flatMap { book.family($0)?.perVCPU })
        }
      }
      var best: (offer: InstanceOffer, performance: Performance?, money: Money)?
      for offer in candidates {
        let performance = book.performance(of: offer)
        let count = Match.count(machine, offer, performance).count
        var money = try convert(offer.perMonth * Decimal(count), offer.quote.tax)
        if withDisks, let quote = service(.blockStorage, for: offer)?.quote {
          let lacks = max(0, diskPerNode - (offer.included.disk?.value ?? 0) * Decimal(count))
          money += try convert(quote.money * lacks, quote.tax)
        }
        if best.map({ money < $0.money }) ?? true { best = (offer, performance, money) }
      }
      guard let best else { return nil }
      chosen[machine] = (best.offer, best.performance)
    }
    let choices = requirement.machines.compactMap { machine in
      chosen[machine].map { (machine: machine, offer: $0.offer, performance: $0.performance) }
    }
    return Match.combine(choices)
  }

  /// What ran on a board must find room on a machine: crumbs that add up to a board's memory are not a match.
  private func isRoomy(_ offer: InstanceOffer, _ requirement: Requirement) -> Bool {
    guard requirement.basis == .provisioned, let largest = requirement.machines.map(\.memory).max() else { return true }
    return offer.memory * 2 >= largest
  }

  private func isPlain(_ offer: InstanceOffer) -> Bool {
    !offer.isPreemptible && offer.availability != .notOrderable
  }

  private func isWanted(_ offer: InstanceOffer, _ term: InstanceOffer.Term) -> Bool {
    (offer.term == term || offer.term == .preemptible)
      && Regions.matches(offer.region, of: offer.provider, wanted: needs.regions)
  }
}
