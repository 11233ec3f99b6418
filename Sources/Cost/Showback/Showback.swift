import Foundation
package import Units

/// What each namespace costs at home, and the cloud bill that it avoids.
///
/// OpenCost's rules: a namespace pays for the greater of what it asked for and what it used. Half of the rack's cost
/// follows cores, half memory, as neither can be sold without the other. What nobody uses is shown as idle, and can be
/// shared out.
package struct Showback: Sendable, Equatable {
  package enum Sharing: String, Sendable, CaseIterable {
    /// Idle cost stays a line of its own.
    case none
    case evenly
    /// By each namespace's own cost.
    case weighted
  }

  package struct Line: Sendable, Equatable {
    package var namespace: String
    package var cores: Cores
    package var memory: Gibibytes
    /// A month.
    package var home: Money
    /// Its part of the idle cost, already in ``home``.
    package var idleShare: Money
    /// The same share of the cheapest, median and dearest cloud bill, idle cost included as at home; none without a
    /// headline.
    package var cloud: [Money]
  }

  package var lines: [Line]
  package var idle: Money
  package var sharing: Sharing
  package var period: String

  package init(
    _ workloads: Workloads, home: HomeCost, capacity: (cores: Cores, memory: Gibibytes), clouds: [Money],
    sharing: Sharing = .none
  ) {
    let currency = home.total.currency
    func share(_ namespace: Workloads.Namespace) -> Ratio {
      let cores = capacity.cores.value > 0 ? namespace.cores / capacity.cores : 0
      let memory = capacity.memory.value > 0 ? namespace.memory / capacity.memory : 0
      return Ratio((cores + memory) / 2)
    }
    let shares = workloads.namespaces.map { (namespace: $0, share: share($0)) }
    // More asked for than there is: everybody pays for the part that there is.
    let sum = shares.map(\.share.value).reduce(0, +)
    let scale = sum > 1 ? 1 / sum : 1
    let own = shares.map { home.total * ($0.share.value * scale) }
    func cloudShare(_ money: Money) -> Decimal { home.total.amount > 0 ? money / home.total : 0 }
    let idle = home.total - own.sum(in: currency)
    self.idle = sharing == .none || own.isEmpty ? idle : .zero(currency)
    self.sharing = sharing
    period = workloads.period
    lines = zip(shares, own).map { entry, own in
      let idleShare: Money =
        switch sharing {
        case .none: .zero(currency)
        case .evenly: idle / Decimal(shares.count)
        case .weighted: sum > 0 ? idle * (entry.share.value / sum) : .zero(currency)
        }
      return Line(
        namespace: entry.namespace.name, cores: entry.namespace.cores, memory: entry.namespace.memory,
        home: own + idleShare, idleShare: idleShare,
        // Who pays for idle capacity at home would pay for it in a cloud.
        cloud: clouds.map { $0 * cloudShare(own + idleShare) })
    }.sorted { ($1.home, $0.namespace) < ($0.home, $1.namespace) }
  }
}
