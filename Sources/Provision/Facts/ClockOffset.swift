#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far a host's clock is from the operator's, measured like NTP does: the host's reading against the middle of the
/// round trip that fetched it. The truth lies within `uncertainty` on both sides.
package struct ClockOffset: Sendable, Equatable {
  /// Positive when the host is ahead.
  package var offset: Duration
  /// Half the round trip.
  package var uncertainty: Duration

  package init(offset: Duration, uncertainty: Duration) {
    self.offset = offset
    self.uncertainty = uncertainty
  }

  /// - Parameters: all three are times since 1970; `before` and `after` by the operator's clock.
  package init(host: Duration, before: Duration, after: Duration) {
    offset = host - (before + after) / 2
    uncertainty = (after - before) / 2
  }

  /// The operator's clock, since 1970.
  package static func operatorClock() -> Duration {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
  }
}

/// Who keeps the host's clock right.
package struct TimeSync: Sendable, Equatable {
  package enum Service: String, Sendable, CaseIterable {
    case chrony
    case timesyncd = "systemd-timesyncd"
    case ntpd
    case openntpd

    /// By the name of its process.
    init?(process: String) {
      switch process {
      case "chronyd": self = .chrony
      case "ntpd": self = .ntpd
      default: self.init(rawValue: process)
      }
    }
  }
  /// All that run; more than one work against each other.
  package var services: [Service] = []
  /// The first that runs; nil when none does.
  package var service: Service?
  /// Nil when it does not say.
  package var synchronized: Bool?
  package init() {}
}
