package import Diagnostics
package import Inventory
package import SSH
import Untrusted

/// What `hearth status` shows: every node, its versions, conditions and certificates, the health of API server and
/// etcd, add-ons and warnings. Encodable as it is for `--output json`.
package struct ClusterStatus: Sendable, Equatable, Codable {
  package struct Host: Sendable, Equatable, Codable {
    package var name: String
    package var address: String
    package var roles: [String]
    /// Why the host could not be asked.
    package var unreachable: String?
    /// What it says of itself.
    package var state: HostState?
    /// What the API server says of it.
    package var node: ClusterState.Node?
  }

  package var cluster: String
  /// The API server's version; nil when none answered.
  package var server: String?
  package var hosts: [Host]
  package var addOns: [ClusterState.AddOn]
  package var pods: [PodCount]?
  /// What Kubernetes told last, the newest first.
  package var events: [ClusterEvent]?
  /// The conditions that need no test pods.
  package var conditions: [ConditionResult]
  package var warnings: [String]
  /// On the way from power-on to service.
  package var stages: [Stage]

  /// The same about these hosts only; what is said of the cluster as a whole stays.
  package func limited(to names: [String]) -> ClusterStatus {
    var status = self
    status.hosts = hosts.filter { names.contains($0.name) }
    status.conditions = conditions.filter { $0.host.map(names.contains) ?? true }
    return status
  }

  /// True when no condition fails.
  package var healthy: Bool { !conditions.contains { $0.state == .failed } }
}

extension ClusterStatus {
  /// Asks every host once, side by side. A host that does not answer is part of the status and not an error.
  ///
  /// - Parameters:
  ///   - failures: why nobody is logged in to a host.
  ///   - isDetailed: pods, events and etcd's own numbers are asked for as well.
  package static func collect(
    rack: Rack, shells: [String: any RootShell], failures: [String: HearthError] = [:],
    access: ClusterAccess = .standard, isDetailed: Bool = false
  ) async -> ClusterStatus {
    let clock = ContinuousClock()
    let start = clock.now
    var observation = await Observer(rack: rack, shells: shells, access: access).observe(isDetailed: isDetailed)
    observation.unreachable.merge(failures) { _, failure in failure }
    return ClusterStatus(rack: rack, observation: observation, seconds: (clock.now - start).inSeconds)
  }

  /// - Parameter seconds: how long the observation took.
  package init(rack: Rack, observation: Observation, seconds: Double = 0) {
    self.init(
      cluster: rack.cluster.name,
      server: observation.cluster?.server,
      hosts: rack.nodes.map { node in
        Host(
          name: node.name, address: node.address.description, roles: node.roles.map(\.rawValue).sorted(),
          unreachable: observation.unreachable[node.name]?.message, state: observation.hosts[node.name],
          node: observation.cluster?.node(node.name))
      },
      addOns: observation.cluster?.addOns ?? [], pods: observation.cluster?.pods, events: observation.cluster?.events,
      conditions: HealthCondition.passive.flatMap { condition in
        condition.places(in: rack).map { place in
          ConditionResult(
            condition, at: place, verdict: condition.judge(observation, at: place), seconds: seconds)
        }
      },
      warnings: Warnings.all(rack: rack, observation: observation),
      stages: Stage.all(rack: rack, observation: observation))
  }
}

extension ClusterStatus {
  /// The status as lines for a terminal: a table of the nodes, what does not hold with its remedy, add-ons, warnings.
  package func lines() -> [String] {
    let failed = conditions.filter { $0.state == .failed }
    var lines = ["cluster \(cluster), Kubernetes \(server ?? "unknown: no API server answers")"]
    if let line = Stage.line(stages) { lines.append("on its way: \(line)") }
    lines.append("")
    lines += Self.table(
      [["NODE", "ADDRESS", "ROLES", "STATE", "KUBELET", "CONTAINERD", "KERNEL", "PODS", "CERTIFICATES"]]
        + hosts.map(\.row))
    lines += [""]
    for condition in conditions.map(\.name).uniqued where !failed.contains(where: { $0.name == condition }) {
      let all = conditions.filter { $0.name == condition }
      let passed = all.filter { $0.state == .passed }
      let skipped = all.filter { $0.state == .skipped }
      let detail = passed.isEmpty || all.count == 1 ? all.first?.detail ?? "" : "\(passed.count) of \(all.count)"
      let left =
        passed.isEmpty || skipped.isEmpty
        ? "" : "; not judged on \(skipped.compactMap(\.host).joined(separator: ", ")): \(skipped[0].detail)"
      lines.append("\(passed.isEmpty ? "–" : "✓") \(all.first?.title ?? condition): \(detail)\(left)")
    }
    for result in failed {
      lines.append("✗ \(result.host.map { "\($0): " } ?? "")\(result.title): \(result.detail)")
      if let hint = result.hint { lines.append("    \(hint)") }
      if let command = result.command {
        lines.append("    try\(result.commandHost.map { " on \($0)" } ?? ""): \(command)")
      }
    }
    if !addOns.isEmpty {
      lines += ["", "add-ons: " + addOns.map { "\($0.name) \($0.ready)/\($0.wanted)" }.joined(separator: ", ")]
    }
    lines += webAssembly
    if !warnings.isEmpty { lines += [""] + warnings.map { "! \($0)" } }
    return lines
  }

  /// What runs WebAssembly where, and what the nodes' own checks found; nodes that say the same share a line.
  private var webAssembly: [String] {
    let words = hosts.compactMap { host in host.state?.webAssembly.map { (name: host.name, line: $0.line) } }
    guard !words.isEmpty else { return [] }
    return [""]
      + words.map(\.line).uniqued.map { line in
        "WebAssembly on \(words.filter { $0.line == line }.map(\.name).joined(separator: ", ")): \(line)"
      }
  }

  /// Columns padded to their widest cell, two spaces apart.
  private static func table(_ rows: [[String]]) -> [String] {
    let rows = rows.map { $0.map(\.visibleLine) }
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (cell, width) in zip(row.dropLast(), widths) {
        line += cell + String(repeating: " ", count: width - cell.count + 2)
      }
      return line + (row.last ?? "")
    }
  }
}

extension ClusterStatus.Host {
  /// Cells in the order of the table's head.
  var row: [String] {
    let runtime = node.map { $0.runtime.split(separator: "/").last.map(String.init) ?? $0.runtime }
    let days = state?.certificates.map(\.daysLeft).min()
    return [
      name, address, roles.joined(separator: ","), word, node?.kubelet ?? "–",
      runtime.map { $0.hasPrefix(":") ? String($0.drop { $0 == ":" || $0 == "/" }) : $0 } ?? "–", node?.kernel ?? "–",
      node?.podRange ?? "–", days.map { $0 < 0 ? "expired" : "\($0) days" } ?? "–",
    ]
  }

  private var word: String {
    if unreachable != nil { return node?.isReady == true ? "Ready (SSH unreachable)" : "unreachable" }
    guard let node else { return "unknown" }
    return (node.isReady ? "Ready" : "NotReady") + (node.unschedulable ? ", cordoned" : "")
  }
}

extension Array where Element: Hashable {
  /// The same elements in the same order, each once.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
