/// A plan at a glance: how many things of which kind change on which hosts, and in full whatever stops something that runs
/// or cannot be taken back: restarts, reboots, deletions, other versions of packages.
package struct PlanDigest: Sendable, Equatable {
  /// Hosts with the same numbers.
  package struct Group: Sendable, Equatable {
    package var hosts: [String]
    /// Kinds with their numbers, such as `packages` and 13, in a fixed order.
    package var counts: [Count]
  }

  package struct Count: Sendable, Equatable {
    package var kind: Kind
    package var number: Int
  }

  package enum Kind: Int, Sendable, Comparable {
    case package, file, unit, setting, other

    package static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }

    func words(_ number: Int) -> String {
      let name =
        switch self {
        case .package: "package"
        case .file: "file"
        case .unit: "unit"
        case .setting: "setting"
        case .other: "step"
        }
      return "\(number) \(name)\(number == 1 ? "" : "s")"
    }
  }

  /// What deserves a look before anybody says yes.
  package struct Notice: Sendable, Equatable {
    package enum Effect: String, Sendable, CaseIterable { case reboots, restarts, stops, deletes, versions }
    package var effect: Effect
    package var hosts: [String]
    /// Units, paths, or packages with both versions.
    package var things: [String]
  }

  package var groups: [Group]
  package var notices: [Notice]

  package init(_ plan: Plan) {
    var counts: [String: [Kind: Int]] = [:]
    var effects: [Notice.Effect: [String: [String]]] = [:]
    for (phase, desired) in zip(plan.phases, plan.desired) {
      for (host, changes) in phase.hosts {
        let resources = Dictionary((desired.resources[host] ?? []).map { ($0.id, $0) }) { first, _ in first }
        for change in changes {
          let resource = resources[change.id]
          counts[host, default: [:]][Self.kind(resource), default: 0] += Self.weight(resource, change)
          for (effect, thing) in Self.effects(resource, change) {
            effects[effect, default: [:]][host, default: []].append(thing)
          }
        }
      }
    }
    groups = Self.grouped(counts.mapValues { Self.sorted($0) }).map { Group(hosts: $0.hosts, counts: $0.value) }
    notices = Notice.Effect.allCases.flatMap { effect in
      Self.grouped(effects[effect] ?? [:]).map { Notice(effect: effect, hosts: $0.hosts, things: $0.value) }
    }
  }

  private static func sorted(_ counts: [Kind: Int]) -> [Count] {
    counts.sorted { $0.key < $1.key }.map { Count(kind: $0.key, number: $0.value) }
  }

  /// Hosts by name; those with equal values together.
  private static func grouped<Value: Equatable>(_ values: [String: Value]) -> [(hosts: [String], value: Value)] {
    var groups: [(hosts: [String], value: Value)] = []
    for (host, value) in values.sorted(by: { $0.key < $1.key }) {
      if let index = groups.firstIndex(where: { $0.value == value }) {
        groups[index].hosts.append(host)
      } else {
        groups.append(([host], value))
      }
    }
    return groups
  }

  private static func kind(_ resource: Resource?) -> Kind {
    switch resource {
    case .packages: .package
    case .file, .directory, .symlink, .absent, .delivery: .file
    case .unit: .unit
    case .sysctl, .kernelModule, .swapOff, .bootParameters, .hostname, .hosts, .user: .setting
    case .custom, nil: .other
    }
  }

  /// A set of packages counts as what it changes.
  private static func weight(_ resource: Resource?, _ change: ResourceChange) -> Int {
    if case .packages = resource { max(1, change.fields.count) } else { 1 }
  }

  private static func effects(_ resource: Resource?, _ change: ResourceChange) -> [(Notice.Effect, String)] {
    switch resource {
    case .bootParameters: [(.reboots, "boot parameters")]
    case .unit(let unit):
      change.fields.compactMap { field in
        switch field.field {
        case .restart, .reload: (.restarts, unit.name)
        case .state where field.from == "active" && field.to != "running": (.stops, unit.name)
        default: nil
        }
      }
    case .absent(let path): [(.deletes, path)]
    case .packages:
      // A package that is new has no version before.
      change.fields.compactMap { field in
        guard let from = field.from, let to = field.to, from.contains(where: \.isNumber) else { return nil }
        return (.versions, "\(field.field) \(from) → \(to)")
      }
    default: change.action == .remove ? [(.deletes, change.id)] : []
    }
  }
}

extension PlanDigest {
  /// A line for each group of hosts, then one for each notice.
  package var lines: [String] {
    groups.map { "\(Self.names($0.hosts)): \($0.counts.map { $0.kind.words($0.number) }.joined(separator: ", "))" }
      + notices.map { "\($0.effect.rawValue) on \(Self.names($0.hosts)): \($0.things.joined(separator: ", "))" }
  }

  /// Names in a row, or some of them and how many more.
  static func names(_ hosts: [String]) -> String {
    hosts.count <= 8
      ? hosts.joined(separator: ", ") : hosts.prefix(6).joined(separator: ", ") + " and \(hosts.count - 6) more"
  }
}
