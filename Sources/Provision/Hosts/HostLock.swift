import Diagnostics
import Foundation
import Untrusted

/// Keeps two operators off the same host. One line in `/run/hearth/lock`, so that a restart of the host clears it;
/// its age is told by the host's own uptime, never by an operator's clock.
package struct HostLock: Sendable, Equatable {
  /// Without a sign of life for this long, in seconds, a holder is given up.
  package static let expirySeconds = 180.0

  package var owner: RunIdentity
  /// Of the host when the lock was taken.
  package var bootID: String
  /// Uptime of the host in seconds when it was taken, and at the holder's last sign of life.
  package var sinceUptime: Double
  package var heartbeatUptime: Double

  /// Reads the line that `lock.sh` writes: run, boot id, since, heartbeat, pid, process start, system, holder.
  init?(line: String) {
    let words = line.split(separator: " ").map { $0.bounded(100).visibleLine }
    guard words.count == 8, let since = Double(checked: words[2], in: HostState.times),
      let beat = Double(checked: words[3], in: HostState.times),
      let owner = RunIdentity(run: words[0], words: Array(words[4...]))
    else { return nil }
    self.owner = owner
    bootID = words[1]
    sinceUptime = since
    heartbeatUptime = beat
  }

  /// Whether the holder still counts, as seen by `identity` on a host with this boot id and uptime.
  func holds(against identity: RunIdentity, bootID: String, uptimeSeconds: Double) -> Bool {
    owner.run != identity.run && self.bootID == bootID && uptimeSeconds - heartbeatUptime < Self.expirySeconds
      && !owner.isGone(seenFrom: identity)
  }

  /// What the other operator reads.
  func error(host: String, uptimeSeconds: Double) -> HearthError {
    let age = min(max(0, uptimeSeconds - sinceUptime), HostState.times.upperBound)
    let since = Date(timeIntervalSinceNow: -age)
    let clock = since.formatted(
      .verbatim(
        "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)",
        timeZone: .current, calendar: .current))
    return HearthError(
      .locked,
      "\(owner.holder) (process \(owner.process.pid)) has been working on this host since \(clock), \(Self.span(age))",
      subject: Subject(host: host),
      hint: "wait until that run has ended; a run that was killed is given up "
        + "\(Int(Self.expirySeconds / 60)) minutes after its last sign of life",
      command: "cat /run/hearth/lock")
  }

  private static func span(_ seconds: Double) -> String {
    seconds < 90 ? "for \(Int(nearest: seconds)) s" : "for \(Int(nearest: seconds / 60)) min"
  }
}

/// A program of an earlier run that was still working on a host when this run came by.
package struct LeftoverJob: Sendable, Equatable {
  package var run: String
  /// `anna@laptop`, or empty if unknown.
  package var holder: String
  package var waitedSeconds: Double
  /// True if it did not end within the time allowed.
  package var stillRunning: Bool
  /// `ok`, `failed`, `cancelled`, or empty if it left no word.
  package var outcome = ""
}
