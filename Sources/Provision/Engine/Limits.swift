import Diagnostics

/// How much an ``Engine`` does at once, and how long it waits.
package struct Limits: Sendable {
  /// Hosts worked on at the same time.
  package var work: Int
  /// Hosts that receive large files at the same time; more of them share the same wire and only take longer.
  package var uploads: Int
  /// How long to wait for another program that holds apt's or dpkg's lock.
  package var aptLock: Duration
  /// How long apt may neither compute nor fetch anything until it is ended and tried again.
  package var aptStall: Duration
  /// How long to wait for a program of an earlier run that still works on a host.
  package var leftover: Duration
  /// How long a restarted host may take until it answers.
  package var reboot: Duration
  /// How long a host may stay out of reach when its connection breaks in the middle of its work.
  package var lost: Duration

  package init(
    work: Int = 64, uploads: Int = 4, aptLock: Duration = .seconds(300),
    aptStall: Duration = .seconds(120), leftover: Duration = .seconds(900),
    reboot: Duration = .seconds(300), lost: Duration = .seconds(45)
  ) {
    self.work = work
    self.uploads = uploads
    self.aptLock = aptLock
    self.aptStall = aptStall.patient
    self.leftover = leftover.patient
    self.reboot = reboot.patient
    self.lost = lost.patient
  }
}
