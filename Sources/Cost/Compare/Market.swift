package import Diagnostics
import Foundation
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
    /// Of those the one that lacks the least: what it lacks is why the provider has no other.
    package var nearest: CloudBill?
    /// The cheapest that could be had today, whose speed nobody measured.
    package var unmeasured: CloudBill?
    /// A price of this provider that cannot be, with what may be meant.
    package var implausible: String?
    /// Why nothing of this provider may set the headline; empty where something may.
    package var obstacles: [CloudBill.Obstacle] { best == nil ? (stale ?? nearest)?.obstacles ?? [] : [] }
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

  /// What would be cheaper than the cheapest contender, if it were as fast: nobody knows.
  package func cheaperUnmeasured(than bill: CloudBill?) -> [CloudBill] {
    guard let bill else { return [] }
    return answers.compactMap(\.unmeasured).filter { $0.total < bill.total }.sorted { $0.total < $1.total }
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
      for match in try matches(of: provider, requirement, perNode: perNode, term: term) {
        answer.take(try bill(match, provider: provider))
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
}

extension Market.Answer {
  fileprivate mutating func take(_ bill: CloudBill) {
    if let doubt = bill.doubt { implausible = doubt }
    switch (bill.isComparable, bill.age.isUsable) {
    case (true, true): best = steadier(best, bill)
    case (true, false): stale = steadier(stale, bill)
    case (false, _):
      marked = better(marked, bill)
      nearest = nearer(nearest, bill)
      if bill.age.isUsable, bill.match.byPerformance == nil, !bill.match.offer.isPreemptible, bill.doubt == nil,
        bill.match.parts.allSatisfy({ $0.offer.availability != .notOrderable }), !bill.lacksControlPlane
      {
        unmeasured = cheaper(unmeasured, bill)
      }
    }
  }

  private func cheaper(_ old: CloudBill?, _ new: CloudBill) -> CloudBill {
    old.map { new.total < $0.total ? new : $0 } ?? new
  }

  /// With fewer obstacles, then the cheaper.
  private func nearer(_ old: CloudBill?, _ new: CloudBill) -> CloudBill {
    guard let old, old.obstacles.count != new.obstacles.count else { return cheaper(old, new) }
    return new.obstacles.count < old.obstacles.count ? new : old
  }

  /// At full speed all the time before for a while, then the cheaper.
  private func steadier(_ old: CloudBill?, _ new: CloudBill) -> CloudBill {
    guard let old, old.match.isBurstable != new.match.isBurstable else { return cheaper(old, new) }
    return new.match.isBurstable ? old : new
  }

  /// Fresh before stale, then the cheaper.
  private func better(_ old: CloudBill?, _ new: CloudBill) -> CloudBill {
    guard let old, old.age.isUsable != new.age.isUsable else { return cheaper(old, new) }
    return new.age.isUsable ? new : old
  }
}
