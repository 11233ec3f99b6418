package import Units

/// What one thing was bought for, and how long it is meant to last. Nil parts follow the rack's own settings.
package struct Purchase: Sendable, Equatable {
  /// For one piece, taxes included.
  package var price: Stated<Money>?
  package var date: Day?
  package var life: Months?
  /// Share of the price that it will still be worth at the end of its life.
  package var residual: Ratio?
  /// Share of such things that fail in a year.
  package var failures: Ratio?

  package init(
    price: Stated<Money>? = nil, date: Day? = nil, life: Months? = nil, residual: Ratio? = nil, failures: Ratio? = nil
  ) {
    self.price = price
    self.date = date
    self.life = life
    self.residual = residual
    self.failures = failures
  }
}

/// What a thing draws when it does nothing and when it does all that it can.
package struct PowerDraw: Sendable, Hashable {
  package var idle: Watts
  package var load: Watts
  /// Read at the wall socket, so that the loss of the supply is already in the figures.
  package var isAtWall: Bool

  package init(idle: Watts, load: Watts, isAtWall: Bool = false) {
    self.idle = idle
    self.load = load
    self.isAtWall = isAtWall
  }

  /// The same at any load.
  package init(constant: Watts, isAtWall: Bool = false) {
    self.init(idle: constant, load: constant, isAtWall: isAtWall)
  }
}
