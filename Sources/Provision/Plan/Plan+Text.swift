import Diagnostics
import Untrusted

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
    let name = field.field.visibleLine
    let texts = [field.from, field.to].compactMap { $0 }
    let isHunk = field.field.hasPrefix("line ") || texts.contains { $0.contains("\n") }
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
