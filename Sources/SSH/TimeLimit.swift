/// How long a command may take.
struct TimeLimit: Sendable {
  private let allowed: Duration
  private let isRenewed: Bool
  private(set) var deadline: ContinuousClock.Instant

  /// From now to its end.
  static func total(_ allowed: Duration) -> TimeLimit { TimeLimit(allowed, isRenewed: false) }
  /// Between two bytes that move, for transfers whose size says nothing about their time.
  static func stall(_ allowed: Duration) -> TimeLimit { TimeLimit(allowed, isRenewed: true) }

  private init(_ allowed: Duration, isRenewed: Bool) {
    (self.allowed, self.isRenewed) = (allowed, isRenewed)
    deadline = .now + allowed
  }

  mutating func moved() {
    if isRenewed { deadline = .now + allowed }
  }

  /// For time that was spent on something else.
  mutating func extend(by duration: Duration) { deadline += duration }

  var description: String {
    let seconds = allowed / .seconds(1)
    let text = seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    return isRenewed ? "\(text) s without a byte moving" : "\(text) s"
  }
}
