import Diagnostics
import Schema

enum UpdateKeys {
  /// What `OnCalendar=` of systemd takes; whether it means anything is said by systemd itself.
  private static let calendar = TextShape(
    expected: "a calendar expression of systemd such as `Sun 03:00` or `*-*-1 02:30`", example: "Sun 03:00",
    pattern: #"[A-Za-z0-9*][A-Za-z0-9*,.:/~+_-]{0,63}( [A-Za-z0-9*][A-Za-z0-9*,.:/~+_-]{0,63}){0,3}"#)

  static let schedule = Key(
    "schedule", Kind<String>.text(calendar), required: true, example: calendar.example,
    "When they come, as systemd.time(7) has it. `hearth upgrade --system --schedule` sets the timer on this machine.")

  static let kind = Kind<Updates>.object(
    "updates", "Debian's own updates, node by node, while the rack serves.", keys: [schedule]
  ) { fields in
    fields[schedule].map { Updates(schedule: $0.split(separator: " ").map(String.init)) }
  }
}
