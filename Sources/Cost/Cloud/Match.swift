import Foundation
package import Prices
package import Units

/// How many instances of one type match what is required, and why so many.
package struct Match: Sendable, Equatable {
  package enum Dimension: String, Sendable { case memory, performance }

  package var offer: InstanceOffer
  package var count: Int
  package var byMemory: Int
  /// Nil when the instance or the rack has no measured figure.
  package var byPerformance: Int?
  /// Which of the two asks for more.
  package var binding: Dimension
  /// Each machine replaced on its own, or all of them together.
  package var isPerNode: Bool

  /// May set the headline: measured, to be had, and not taken away at will.
  package var isComparable: Bool {
    byPerformance != nil && !offer.isPreemptible && offer.availability != .notOrderable
  }

  /// What the reader must know, shortest first.
  package var marks: [String] {
    var marks: [String] = []
    if byPerformance == nil { marks.append("memory only") }
    if offer.isBurstable { marks.append("burstable") }
    switch offer.term {
    case .preemptible: marks.append("preemptible")
    case .reserved1Year: marks.append("bound for 1 year")
    case .reserved3Years: marks.append("bound for 3 years")
    case .onDemand: break
    }
    switch offer.availability {
    case .notOrderable: marks.append("not orderable")
    case .limited: marks.append("limited")
    case .unknown, .orderable: break
    }
    return marks
  }

  /// - Returns: Nil when no number of them would do, which is never the case for machines with memory.
  package static func find(
    _ offer: InstanceOffer, performance: Performance?, for requirement: Requirement, perNode: Bool
  ) -> Match? {
    guard offer.memory.value > 0, requirement.memory.value > 0 else { return nil }
    let speeds: (offer: Performance, wanted: Performance)? =
      if let performance, performance.value > 0, let wanted = requirement.performance {
        (performance, wanted)
      } else {
        nil
      }
    guard perNode else {
      let memory = ceiling(requirement.memory / offer.memory)
      let speed = speeds.map { ceiling($0.wanted / $0.offer) }
      return Match(offer, memory: memory, speed: speed, count: max(memory, speed ?? 0, 1), perNode: false)
    }
    var (memory, speed, count) = (0, 0, 0)
    for machine in requirement.machines {
      let ofMemory = ceiling(machine.memory / offer.memory)
      let ofSpeed = speeds.flatMap { speeds in machine.performance.map { ceiling($0 / speeds.offer) } } ?? 0
      memory += ofMemory
      speed += ofSpeed
      count += max(ofMemory, ofSpeed, 1)
    }
    return Match(offer, memory: memory, speed: speeds == nil ? nil : speed, count: count, perNode: true)
  }

  private init(_ offer: InstanceOffer, memory: Int, speed: Int?, count: Int, perNode: Bool) {
    self.offer = offer
    self.count = count
    byMemory = memory
    byPerformance = speed
    binding = (speed ?? 0) > memory ? .performance : .memory
    isPerNode = perNode
  }

  private static func ceiling(_ value: Decimal) -> Int { Int(value.roundedUp().approximate) }
}
