import Foundation
package import Prices
package import Units
import Untrusted

/// Which machines stand for the boards, how many of each, and why so many.
package struct Match: Sendable, Equatable {
  package enum Dimension: String, Sendable { case memory, performance }

  /// Machines of one type.
  package struct Part: Sendable, Equatable {
    package var offer: InstanceOffer
    package var count: Int
    package var byMemory: Int
    /// Nil when the instance or the rack has no measured figure.
    package var byPerformance: Int?
  }

  /// At least one; boards that differ may be matched by machines that differ.
  package private(set) var parts: [Part]
  /// Each machine replaced on its own, or all of them together.
  package var isPerNode: Bool

  /// Of the first part.
  package var offer: InstanceOffer { parts[0].offer }
  package var count: Int { parts.map(\.count).reduce(0, +) }
  package var byMemory: Int { parts.map(\.byMemory).reduce(0, +) }
  package var byPerformance: Int? {
    let known = parts.compactMap(\.byPerformance)
    return known.count == parts.count ? known.reduce(0, +) : nil
  }
  /// Which of the two asks for more.
  package var binding: Dimension { (byPerformance ?? 0) > byMemory ? .performance : .memory }

  /// May set the headline: measured, to be had, and not taken away at will.
  package var isComparable: Bool {
    byPerformance != nil && parts.allSatisfy { !$0.offer.isPreemptible && $0.offer.availability != .notOrderable }
  }
  package var isBurstable: Bool { parts.contains { $0.offer.isBurstable } }

  /// What the reader must know, shortest first.
  package var marks: [String] {
    var marks: [String] = []
    if byPerformance == nil { marks.append("memory only") }
    if isBurstable { marks.append("burstable") }
    switch offer.term {
    case .preemptible: marks.append("preemptible")
    case .reserved1Year: marks.append("bound for 1 year")
    case .reserved3Years: marks.append("bound for 3 years")
    case .onDemand: break
    }
    let availabilities = parts.map(\.offer.availability)
    if availabilities.contains(.notOrderable) {
      marks.append("not orderable")
    } else if availabilities.contains(.limited) {
      marks.append("limited")
    }
    return marks
  }

  /// `4 x cax21`, or `2 x cax21 + 1 x cax11`.
  package var words: String { parts.map { "\($0.count) x \($0.offer.name)" }.joined(separator: " + ") }

  /// - Returns: Nil when no number of them would do, which is never the case for machines with memory.
  package static func find(
    _ offer: InstanceOffer, performance: Performance?, for requirement: Requirement, perNode: Bool
  ) -> Match? {
    guard offer.memory.value > 0, requirement.memory.value > 0 else { return nil }
    let isMeasured = (performance?.value ?? 0) > 0 && requirement.performance != nil
    guard perNode else {
      let memory = ceiling(requirement.memory / offer.memory)
      let speed: Int? =
        if isMeasured, let performance, let wanted = requirement.performance { ceiling(wanted / performance) } else {
          nil
        }
      return Match(
        parts: [Part(offer: offer, count: max(memory, speed ?? 0, 1), byMemory: memory, byPerformance: speed)],
        isPerNode: false)
    }
    let counts = requirement.machines.map { count($0, offer, isMeasured ? performance : nil) }
    return Match(
      parts: [
        Part(
          offer: offer, count: counts.map(\.count).reduce(0, +), byMemory: counts.map(\.memory).reduce(0, +),
          byPerformance: isMeasured ? counts.map(\.speed).reduce(0, +) : nil)
      ], isPerNode: true)
  }

  /// Boards matched one by one, each by an offer of its own.
  ///
  /// - Parameter choices: A machine, its offer and that offer's performance; at least one.
  static func combine(
    _ choices: [(machine: Requirement.Machine, offer: InstanceOffer, performance: Performance?)]
  ) -> Match? {
    var parts: [Part] = []
    for choice in choices {
      let isMeasured = choice.performance != nil && choice.machine.performance != nil
      let own = count(choice.machine, choice.offer, isMeasured ? choice.performance : nil)
      if let index = parts.firstIndex(where: { $0.offer == choice.offer }) {
        parts[index].count += own.count
        parts[index].byMemory += own.memory
        parts[index].byPerformance = isMeasured ? parts[index].byPerformance.map { $0 + own.speed } : nil
      } else {
        parts.append(
          Part(
            offer: choice.offer, count: own.count, byMemory: own.memory, byPerformance: isMeasured ? own.speed : nil))
      }
    }
    return parts.isEmpty ? nil : Match(parts: parts, isPerNode: true)
  }

  /// How many of an offer one machine takes.
  static func count(
    _ machine: Requirement.Machine, _ offer: InstanceOffer, _ performance: Performance?
  ) -> (count: Int, memory: Int, speed: Int) {
    let memory = ceiling(machine.memory / offer.memory)
    let speed: Int =
      if let performance, performance.value > 0, let wanted = machine.performance { ceiling(wanted / performance) } else
      {
        0
      }
    return (max(memory, speed, 1), memory, speed)
  }

  /// At most a million machines: what an absurdly small offer would take is of no use to anybody.
  private static func ceiling(_ value: Decimal) -> Int {
    Int(checked: value.roundedUp().approximate, in: 0...1_000_000) ?? 1_000_000
  }
}
