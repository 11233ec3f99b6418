/// When Debian's own updates come, as the inventory says.
package struct Updates: Sendable, Equatable {
  /// A calendar expression of systemd, word by word, such as `Sun` and `03:00`.
  package var schedule: [String]

  package init(schedule: [String]) { self.schedule = schedule }
}
