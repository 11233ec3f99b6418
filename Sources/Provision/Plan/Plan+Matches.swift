package import Diagnostics

extension Plan {
  /// Whether this plan, just computed, is the one that was saved and approved earlier.
  ///
  /// - Throws: ``HearthError`` with code `refused` that lists what differs.
  package func matches(_ approved: SavedPlan) throws(HearthError) {
    let before = Self.lines(of: approved)
    let now = Self.lines(of: saved)
    guard before != now else { return }
    let gone = before.filter { !Set(now).contains($0) }.map { "- \($0)" }
    let new = now.filter { !Set(before).contains($0) }.map { "+ \($0)" }
    let differences = gone + new
    throw HearthError(
      .refused, "the hosts or the inventory have changed since this plan was made",
      hint: "look at the new plan with `hearth plan` and approve that one",
      output: Array(differences.prefix(20))
        + (differences.count > 20 ? ["… and \(differences.count - 20) more differences"] : []))
  }

  private static func lines(of plan: SavedPlan) -> [String] {
    plan.phases.flatMap { phase in
      phase.hosts.sorted { $0.key < $1.key }.flatMap { host, changes in
        changes.flatMap { change in
          change.fields.map { field in
            "\(host), \(phase.name): \(change.id): \(field.field): \(field.from ?? "absent") → \(field.to ?? "absent")"
          }
        }
      }
    } + plan.failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.message)" }
  }
}
