import Diagnostics
import Foundation
import Inventory
import Provision

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
