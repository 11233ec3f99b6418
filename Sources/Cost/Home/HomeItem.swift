import Foundation
package import Inventory
package import Units

/// One kind of thing that stands at home, with every figure resolved to a number and its origin, in the report's
/// currency.
package struct HomeItem: Sendable, Equatable {
  /// As the inventory names it: `pi1`, `switch`.
  package var name: String
  package var title: String
  package var count: Int
  /// For one, as tax treatment wants it.
  package var price: Sourced<Money>
  package var bought: Day?
  package var life: Sourced<Months>
  package var residual: Sourced<Ratio>
  package var failures: Sourced<Ratio>
  /// Nil for what draws nothing, such as a case.
  package var power: Sourced<PowerDraw>?
  /// Its watts come straight from the mains.
  package var isOnMains: Bool
  /// What it offers to pods; nil for what is not a node.
  package var capacity: Capacity?

  package struct Capacity: Sendable, Equatable {
    package var cores: Cores
    package var memory: Gibibytes
    /// Nil when nobody measured such a board.
    package var performance: Sourced<Performance>?

    package init(cores: Cores, memory: Gibibytes, performance: Sourced<Performance>?) {
      self.cores = cores
      self.memory = memory
      self.performance = performance
    }
  }

  package init(
    name: String, title: String, count: Int = 1, price: Sourced<Money>, bought: Day? = nil, life: Sourced<Months>,
    residual: Sourced<Ratio>, failures: Sourced<Ratio>, power: Sourced<PowerDraw>? = nil, isOnMains: Bool = false,
    capacity: Capacity? = nil
  ) {
    self.name = name
    self.title = title
    self.count = count
    self.price = price
    self.bought = bought
    self.life = life
    self.residual = residual
    self.failures = failures
    self.power = power
    self.isOnMains = isOnMains
    self.capacity = capacity
  }

  /// No supply's loss comes on top of its watts: it hangs on the mains, or they were read at the wall.
  package var isUndivided: Bool { isOnMains || (power?.value.isAtWall ?? false) }

  /// For all of them.
  package var capex: Money { price.value * Decimal(count) }

  /// What all of them draw at this share of full load, before the supply's loss.
  package func watts(at utilisation: Ratio) -> Watts {
    guard let power = power?.value else { return .zero }
    return (power.idle + (power.load - power.idle) * utilisation) * Decimal(count)
  }

  /// What all of them lose of their price in a month.
  package func amortisation(_ method: Amortisation) -> Money {
    let worth = capex * residual.value
    let months = life.value.value
    switch method {
    case .straightLine:
      return (capex - worth) / months
    case .annuity(let interest):
      // Per month, so that twelve of them make the year's interest.
      let rate = (1 + interest.value).root(12) - 1
      guard rate > 0 else { return (capex - worth) / months }
      let growth = (1 + rate).raised(to: Int("\(months.rounded(0))") ?? 1)
      return (capex - worth / growth) * (rate / (1 - 1 / growth))
    }
  }

  /// What replacing those that fail costs a month.
  package var spares: Money { capex * failures.value / 12 }
}

extension PowerDraw: CustomStringConvertible {
  package var description: String {
    (idle == load ? "\(idle)" : "\(idle) to \(load)") + (isAtWall ? " at the wall" : "")
  }
}
