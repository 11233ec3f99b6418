package import Diagnostics
import Untrusted

/// What a run would do: the difference between what is wanted and what was observed. A pure value: it can be printed,
/// saved, compared and approved before anything is touched.
package struct Plan: Sendable {
  /// What is wanted, with the programs that bring it about.
  package let desired: [Phase]
  /// What it was compared with.
  package let observation: Observation
  /// All phases, in order, with the changes of each host; phases without changes have no hosts.
  package let phases: [PhasePlan]
  /// Hosts that could not be observed, are held by somebody else, or lack what a resource needs.
  package let failures: [String: HearthError]

  package init(_ desired: [Phase], observed observation: Observation) {
    var comparison = Comparison(observation: observation)
    self.desired = desired
    self.observation = observation
    let compared = desired.map { comparison.compare($0) }
    let failures = comparison.failures
    // A host that cannot be brought to the end is not begun.
    phases = compared.map { phase in
      PhasePlan(name: phase.name, title: phase.title, hosts: phase.hosts.filter { failures[$0.key] == nil })
    }
    self.failures = failures
  }

  /// True when every host could be observed and matches what is wanted.
  package var isEmpty: Bool { changeCount == 0 && failures.isEmpty }

  /// Resources that would change, on all hosts together.
  package var changeCount: Int {
    phases.reduce(0) { sum, phase in phase.hosts.values.reduce(sum) { $0 + $1.count } }
  }

  /// Hosts on which something would change, sorted by name.
  package var changedHosts: [String] { Set(phases.flatMap(\.hosts.keys)).sorted() }

  /// What carrying this out will be, for whoever watches.
  var announcement: Event {
    var steps: [String: Int] = [:]
    for phase in phases { for (host, changes) in phase.hosts { steps[host, default: 0] += changes.count } }
    return .planned(phases: phases.filter { !$0.hosts.isEmpty }.map(\.name), steps: steps)
  }

  package var saved: SavedPlan { saved(of: nil) }

  /// - Parameter origin: what the plan was made from; stands in the file for people and programs that read it.
  package func saved(of origin: SavedPlan.Origin?) -> SavedPlan {
    var saved = SavedPlan(phases: phases.filter { !$0.hosts.isEmpty }, failures: failures)
    saved.origin = origin
    return saved
  }
}

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

/// The changes of one phase: host name to changes, in the order in which they would be made. Hosts with nothing to do
/// are not listed.
package struct PhasePlan: Sendable, Equatable, Codable {
  package var name: String
  package var title: String
  package var hosts: [String: [ResourceChange]]

  package init(name: String, title: String, hosts: [String: [ResourceChange]]) {
    self.name = name
    self.title = title
    self.hosts = hosts
  }
}

/// What a run would change in one resource of one host.
package struct ResourceChange: Sendable, Equatable, Codable {
  package enum Action: String, Sendable, Codable {
    /// Nothing of it is there yet.
    case create
    case update
    case remove
    /// Something is run or restarted; nothing is compared.
    case run
  }

  /// As ``Resource/id``.
  package var id: String
  package var action: Action
  package var fields: [FieldChange]

  package init(id: String, action: Action, fields: [FieldChange]) {
    self.id = id
    self.action = action
    self.fields = fields
  }
}

extension Plan {
  /// The plan for people: phase by phase, host by host, field by field. `+` is new, `~` changes, `-` goes, `>` is run.
  /// Hosts with the same changes are shown together.
  package var text: String { text(leftOut: []) }

  /// - Parameter leftOut: hosts that the plan does not even know, because nobody could log in.
  package func text(leftOut: [String]) -> String {
    var lines: [String] = []
    for phase in phases where !phase.hosts.isEmpty {
      if !lines.isEmpty { lines.append("") }
      lines.append(phase.title)
      for (hosts, changes) in Self.groups(phase) {
        lines.append("  \(hosts.joined(separator: ", "))")
        for change in changes { lines += Self.lines(change).map { "    " + $0 } }
      }
    }
    if !failures.isEmpty {
      if !lines.isEmpty { lines.append("") }
      lines.append("Left out")
      for (host, error) in failures.sorted(by: { $0.key < $1.key }) {
        lines.append("  \(host): \(error.message.visibleLine)")
      }
    }
    if !lines.isEmpty { lines.append("") }
    lines.append(footer(isWhole: failures.isEmpty && leftOut.isEmpty))
    return lines.joined(separator: "\n")
  }

  private func footer(isWhole: Bool) -> String {
    if changeCount == 0 {
      return isWhole ? "No changes. Every host matches the inventory." : "No changes on the other hosts."
    }
    let hosts = changedHosts.count
    return "\(changeCount) change\(changeCount == 1 ? "" : "s") on \(hosts) host\(hosts == 1 ? "" : "s")."
  }

  private static func groups(_ phase: PhasePlan) -> [(hosts: [String], changes: [ResourceChange])] {
    var groups: [(hosts: [String], changes: [ResourceChange])] = []
    for (host, changes) in phase.hosts.sorted(by: { $0.key < $1.key }) {
      if let index = groups.firstIndex(where: { $0.changes == changes }) {
        groups[index].hosts.append(host)
      } else {
        groups.append(([host], changes))
      }
    }
    return groups
  }

  private static func lines(_ change: ResourceChange) -> [String] {
    let sign =
      switch change.action {
      case .create: "+"
      case .update: "~"
      case .remove: "-"
      case .run: ">"
      }
    return ["\(sign) \(change.id.visibleLine)"] + change.fields.flatMap { lines($0) }.map { "    " + $0 }
  }

  private static func lines(_ field: FieldChange) -> [String] {
    let name = field.field.text.visibleLine
    let texts = [field.from, field.to].compactMap { $0 }
    let isHunk = field.field.isHunk || texts.contains { $0.contains("\n") }
    guard isHunk else {
      return switch (field.from, field.to) {
      case (nil, let to?): ["\(name): \(to.visibleLine)"]
      case (let from?, nil): ["\(name): \(from.visibleLine) → gone"]
      default: ["\(name): \((field.from ?? "").visibleLine) → \((field.to ?? "").visibleLine)"]
      }
    }
    return [name] + prefixed("-", field.from) + prefixed("+", field.to)
  }

  private static func prefixed(_ sign: String, _ text: String?) -> [String] {
    (text?.lineFeedParts ?? []).map { "\(sign) \($0.shownInLine)" }
  }
}

extension Substring {
  /// A line of a file: tabs stay, everything else that is not seen is shown.
  fileprivate var shownInLine: String {
    split(separator: "\t", omittingEmptySubsequences: false).map(\.visibleLine).joined(separator: "\t")
  }
}
