import Diagnostics
import Foundation
import Inventory
import Provision
import Templates
import Untrusted

/// What must be true before a phase is over: observed by a short probe, brought about by waiting.
struct ClusterConditions {
  let rack: Rack
  let release: KubernetesRelease
  /// Those that take part in this run.
  let nodes: [Node]

  /// The API server of the same host says that it is ready, etcd behind it included. It is waited for also when it was
  /// ready before the plan and is restarted by it.
  func apiReady() throws(HearthError) -> Resource {
    try condition(
      "api-ready", probe: "\(Kubectl.observe) get --raw=/readyz 2>&1", wait: "wait-for-api", values: [:],
      after: [Resource.unitID(ClusterNode.apiServerUnit), Resource.unitID(ClusterNode.etcdUnit)],
      judge: { status, output in
        let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return status == 0 && text == "ok" ? [] : [FieldChange("ready", from: Self.lastLine(text), to: "ok")]
      })
  }

  func nodesReady() throws(HearthError) -> Resource {
    let names = nodes.map(\.name)
    return try condition(
      "nodes-ready", probe: Self.nodeStates, wait: "wait-for-nodes", values: ["nodes": names.map { "node/\($0)" }],
      judge: { _, output in
        let states = NodeState.all(in: output)
        return names.compactMap { name in
          let state = states.first { $0.name == name }
          return state?.isReady == true
            ? nil : FieldChange(name, from: state.map { _ in "not ready" }, to: "ready")
        }
      })
  }

  func dnsReady() throws(HearthError) -> Resource {
    try condition(
      "dns-ready",
      probe: "\(Kubectl.observe) -n kube-system get deployment cluster-dns "
        + "-o 'jsonpath={.status.availableReplicas} {.spec.replicas}' 2>&1",
      wait: "wait-for-dns", values: [:],
      judge: { status, output in
        let counts = String(decoding: output, as: UTF8.self).split(separator: " ").map { Int($0) }
        if status == 0, counts.count == 2, let available = counts[0], available == counts[1] { return [] }
        let found = status == 0 && counts.count == 2 ? counts[0].map { "\($0) pods" } : nil
        return [FieldChange("available", from: found, to: "all pods")]
      })
  }

  static let nodeStates =
    "\(Kubectl.observe) get nodes -o 'jsonpath={range .items[*]}{.metadata.name}"
    + #" {.status.conditions[?(@.type=="Ready")].status} "#
    + #"{.status.conditions[?(@.type=="Ready")].lastTransitionTime}{"\n"}{end}' 2>/dev/null"#

  static let nodesReadyName = id("nodes-ready")
  private static func id(_ name: String) -> String { "condition \(name)" }
  /// Seconds that nodes and DNS may take. A kubelet that could not find its Node at first looks again with growing pauses,
  /// the sixth time after 117 s (`csi_plugin.go`, 15 ms times 6 each time), which comes on top of its own start.
  private static let patience = 210
  /// Looks at an API server that is to become ready, three a second.
  static let tries = Patience.seconds(400)

  func condition(
    _ name: String, probe: String, wait: String, values: [String: Any?],
    after: [String] = [], judge: @escaping @Sendable (Int32, [UInt8]) -> [FieldChange]
  ) throws(HearthError) -> Resource {
    let script = try Template("conditions/\(wait)").render(
      values.merging([
        "kubectl": Kubectl.admin, "seconds": Patience.seconds(Self.patience), "tries": Self.tries,
      ]) { first, _ in first })
    return .custom(
      .init(
        Self.id(name), probe: probe, judge: judge,
        apply: { () throws(HearthError) in
          // The waits look at failures themselves.
          .init("set +e\n" + script, timeout: .seconds(2 * Self.patience))
        }, after: after))
  }

  private static func lastLine(_ text: String) -> String? { text.lastLines(1).last }
}

extension ClusterConditions {
  /// In v1.20 a controller manager that ever saw all nodes unready at once never evicts pods again (kubernetes#94183).
  /// It did when every node turned ready after it had started; then it is restarted.
  func evictionWorks() throws(HearthError) -> Resource {
    let count = nodes.count
    return try condition(
      "eviction-works",
      probe: """
        date -d "$(systemctl show -p ActiveEnterTimestamp --value kube-controller-manager.service)" +%s 2>/dev/null
        \(Self.nodeStates)
        """,
      wait: "restart-controller-manager", values: ["nodes": nodes.map { "node/\($0.name)" }],
      judge: { _, output in Self.judgeColdStart(output, nodes: count) })
  }

  /// The first line is the start of the controller manager in seconds since 1970, the others are nodes.
  static func judgeColdStart(_ output: [UInt8], nodes: Int) -> [FieldChange] {
    let lines = output.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    let change = [FieldChange("controller manager", from: "started before all nodes", to: "started after a node")]
    guard let first = lines.first, let started = Double(String(decoding: first, as: UTF8.self)) else { return change }
    let states = lines.count > 1 ? NodeState.all(in: Array(lines[1])) : []
    guard states.count >= nodes else { return change }
    let firstReady = states.compactMap { $0.isReady ? $0.since?.timeIntervalSince1970 : nil }.min()
    guard let firstReady else { return change }
    return started < firstReady ? change : []
  }
}

/// One line of what the cluster says about its nodes: name, readiness and since when.
struct NodeState: Equatable {
  var name: String
  var isReady: Bool
  var since: Date?

  /// Lines `NAME True 2026-11-23T10:00:00Z`; a node that never reported has only its name.
  static func all(in output: [UInt8]) -> [NodeState] {
    String(decoding: output, as: UTF8.self).byteLines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let name = words.first else { return nil }
      return NodeState(
        name: name, isReady: words.count > 1 && words[1] == "True",
        since: words.count > 2 ? try? Date(words[2], strategy: .iso8601) : nil)
    }
  }
}
