package import Diagnostics
import Foundation
import Inventory
package import Prices
import Units

/// Every provider's best answer to one requirement.
package struct Market: Sendable, Equatable {
  package struct Answer: Sendable, Equatable {
    package var provider: Provider
    /// The cheapest that is comparable and not older than a year; burstable only where there is no other.
    package var best: CloudBill?
    /// The cheapest that is comparable but for its age.
    package var stale: CloudBill?
    /// The cheapest of all that are not comparable: memory only, preemptible, not orderable.
    package var marked: CloudBill?
    /// The cheapest of all, whatever it is.
    package var shown: CloudBill? { best ?? stale ?? marked }
  }

  package var requirement: Requirement
  package var isPerNode: Bool
  /// In the order of their bills; those without any comparable one last.
  package var answers: [Answer]

  /// What may set the headline.
  package func contenders(allowStale: Bool) -> [CloudBill] {
    answers.compactMap { $0.best ?? (allowStale ? $0.stale : nil) }.sorted { $0.total < $1.total }
  }
}

extension Biller {
  /// - Throws: ``HearthError`` `inventory` when a currency has no rate.
  package func market(
    _ requirement: Requirement, perNode: Bool, term: InstanceOffer.Term
  ) throws(HearthError) -> Market {
    var answers: [Market.Answer] = []
    for provider in book.providers {
      var answer = Market.Answer(provider: provider)
      let offers = book.instances(of: provider.id)
      // Who does not sell on such terms is compared by the hour.
      let own = offers.contains { $0.term == term } ? term : .onDemand
      for offer in offers where isWanted(offer, own) && isRoomy(offer, requirement) {
        guard
          let match = Match.find(offer, performance: book.performance(of: offer), for: requirement, perNode: perNode)
        else { continue }
        let bill = try bill(match, provider: provider)
        switch (match.isComparable, bill.age.isUsable) {
        case (true, true): answer.best = steadier(answer.best, bill)
        case (true, false): answer.stale = steadier(answer.stale, bill)
        case (false, _): answer.marked = better(answer.marked, bill)
        }
      }
      if answer.shown != nil { answers.append(answer) }
    }
    answers.sort { left, right in
      switch (left.best ?? left.stale, right.best ?? right.stale) {
      case (let left?, let right?): left.total < right.total
      case (_?, nil): true
      case (nil, _?): false
      case (nil, nil): left.provider.id < right.provider.id
      }
    }
    return Market(requirement: requirement, isPerNode: perNode, answers: answers)
  }

  /// What ran on a board must find room on a machine: crumbs that add up to a board's memory are no match.
  private func isRoomy(_ offer: InstanceOffer, _ requirement: Requirement) -> Bool {
    guard requirement.basis == .provisioned, let largest = requirement.machines.map(\.memory).max() else { return true }
    return offer.memory * 2 >= largest
  }

  private func isWanted(_ offer: InstanceOffer, _ term: InstanceOffer.Term) -> Bool {
    (offer.term == term || offer.term == .preemptible)
      && (needs.regions.isEmpty || needs.regions.contains { offer.region.hasPrefix($0) })
  }

  private func cheaper(_ old: CloudBill?, _ new: CloudBill) -> CloudBill {
    old.map { new.total < $0.total ? new : $0 } ?? new
  }

  /// At full speed all the time before for a while, then the cheaper.
  private func steadier(_ old: CloudBill?, _ new: CloudBill) -> CloudBill {
    guard let old, old.match.offer.isBurstable != new.match.offer.isBurstable else { return cheaper(old, new) }
    return new.match.offer.isBurstable ? old : new
  }

  /// Fresh before stale, then the cheaper.
  private func better(_ old: CloudBill?, _ new: CloudBill) -> CloudBill {
    guard let old, old.age.isUsable != new.age.isUsable else { return cheaper(old, new) }
    return new.age.isUsable ? new : old
  }
}
