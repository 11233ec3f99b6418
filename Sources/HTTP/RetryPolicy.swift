import Foundation
import Untrusted

/// When a request that failed in passing is tried again.
package struct RetryPolicy: Sendable {
  /// Tries without progress before giving up.
  package var attempts: Int
  /// Before the second try; doubles with each further one.
  package var base: Duration
  /// The longest pause, also when the server asks for more.
  package var ceiling: Duration

  package init(attempts: Int = 5, base: Duration = .milliseconds(500), ceiling: Duration = .seconds(30)) {
    self.attempts = attempts
    self.base = base
    self.ceiling = ceiling
  }

  /// A day: no server is waited for longer, whatever it asks.
  private static let longestSeconds = 86_400

  /// Statuses that pass: too many requests, request timeout, and a server in trouble.
  ///
  /// - Parameter isRepeatable: false leaves only those that say that nothing was done: a server in trouble may have acted
  ///   before it failed, and so may what stands behind a gateway.
  static func isTransient(status: Int, isRepeatable: Bool = true) -> Bool {
    [408, 425, 429].contains(status) || isRepeatable && [500, 502, 503, 504].contains(status)
  }

  /// The pause after try number `attempt`, from 1: what the server asked for, or between half and all of the doubled
  /// base, at random, so that many clients do not come back together.
  func pause(after attempt: Int, retryAfter: String? = nil, now: Date = Date()) -> Duration {
    if let asked = retryAfter.flatMap({ RetryPolicy.seconds(retryAfter: $0, now: now) }) {
      return min(.seconds(asked), ceiling)
    }
    let doubled = min(base * (1 << min(attempt - 1, 20)), ceiling)
    return doubled * Double.random(in: 0.5...1)
  }

  /// Seconds, or a date.
  static func seconds(retryAfter text: String, now: Date) -> Int? {
    if let seconds = Int(checked: text, in: 0...Self.longestSeconds) { return seconds }
    // Foundation ends the process at some texts that are not ASCII.
    guard text.utf8.count <= 64, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { date in
      min(max(0, Int(nearest: date.timeIntervalSince(now).rounded(.up))), Self.longestSeconds)
    }
  }
}
