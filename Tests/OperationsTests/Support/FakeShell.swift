import Diagnostics
import Foundation
import Inventory
import SSH

@testable import Bootstrap

/// A control plane's host as far as operations talk to it.
struct FakeShell: RootShell {
  let host: String
  let rack: FakeRack

  var execCount: Int { get async { 0 } }
  func upload(
    _ source: UploadSource, to path: String, mode: UInt16, owner: String,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)?
  ) async throws(HearthError) {}
  func close() async {}

  func run(
    _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
  ) async throws(HearthError) -> ExecResult {
    if Task.isCancelled { throw HearthError(.cancelled, "stopped") }
    if rack.now.silent.contains(host) { throw HearthError(.unreachable, "no answer") }
    if program.contains("systemctl poweroff") {
      if rack.now.failing[host] != "off" { rack.change { $0.silent.insert(host) } }
      rack.did("off \(host)")
    }
    if program.contains("systemctl stop") { rack.did("quiet \(host)") }
    if program.contains("/eviction") {
      rack.change { state in
        for name in state.nodes.keys where state.nodes[name]?.isHeld == false {
          state.nodes[name]?.pods.removeAll { program.contains("/pods/\($0)/eviction") }
          state.nodes[name]?.bare.removeAll { bare in
            program.contains("/pods/\(bare.split(separator: "/").last ?? "")/eviction")
          }
        }
      }
      return ExecResult(status: 0)
    }
    if program.contains("/usr/local/lib/hearth/renew-certificates") {
      guard rack.now.failing[host] != "certificates" else { return ExecResult(status: 1) }
      rack.did("renew \(host)")
    }
    if program.hasPrefix("cd /etc/kubernetes/pki") {
      return ExecResult(status: 0, standardOutput: Array(rack.keysOnHost.utf8))
    }
    if program == "cat /etc/hearth/inventory.yaml" {
      return ExecResult(status: 0, standardOutput: Array(rack.now.keptInventory.utf8))
    }
    let prefix = Kubectl.admin.shellWords + " "
    guard program.hasPrefix(prefix) else { return ExecResult(status: 0) }
    let words = program.dropFirst(prefix.count).split(separator: " ").map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: "'"))
    }
    return ExecResult(status: 0, standardOutput: Array(kubectl(words).utf8))
  }

  private func kubectl(_ words: [String]) -> String {
    let state = rack.now
    switch words[0] {
    case "cordon", "uncordon":
      rack.change { $0.nodes[words[1]]?.isCordoned = words[0] == "cordon" }
      rack.did(words.joined(separator: " "))
      return ""
    case "annotate":
      let (node, change) = (words[2], words[3])
      rack.change { state in
        if change.hasSuffix("-") {
          state.nodes[node]?.annotations[String(change.dropLast())] = nil
        } else {
          let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
          state.nodes[node]?.annotations[parts[0]] = parts[1]
        }
      }
      rack.did("\(change.hasSuffix("-") ? "unmark" : "mark") \(node)")
      return ""
    case "-n":
      return state.nodes[words[4]]?.isAlive == true ? "\(state.seconds)" : "never"
    default: return answer(words, state)
    }
  }

  private func answer(_ words: [String], _ state: FakeRack.State) -> String {
    switch (words[1], words.count > 2 ? words[2] : "") {
    case ("--raw", "/version"): json(["gitVersion": (state.nodes[host]?.version ?? .current).description])
    case ("--raw", _): state.metrics
    case ("nodes", _): json(["items": state.nodes.sorted { $0.key < $1.key }.map { object($0.key, $0.value) }])
    case ("node", let name): json(state.nodes[name].map { object(name, $0) } ?? [:])
    case ("pods", _): json(["items": pods(state, of: words.first { $0.hasPrefix("spec.nodeName=") }) as [Any]])
    case ("persistentvolumes", _): json(["items": state.volumes.map(\.object)])
    default: json(["items": [Any]()])
    }
  }

  private func object(_ name: String, _ node: FakeRack.LivingNode) -> [String: Any] {
    [
      "metadata": ["name": name, "annotations": node.annotations] as [String: Any],
      "status": [
        "conditions": [["type": "Ready", "status": node.isReady ? "True" : "False"]],
        "nodeInfo": ["kubeletVersion": node.version.description],
      ] as [String: Any],
    ]
  }

  private func pods(_ state: FakeRack.State, of selector: String?) -> [[String: Any]] {
    guard let name = selector?.split(separator: "=").last.map(String.init) else { return [] }
    let owned = (state.nodes[name]?.pods ?? []).map { pod -> [String: Any] in
      let owner: [String: Any] = ["kind": "ReplicaSet", "name": pod, "controller": true]
      return ["metadata": ["name": pod, "namespace": "default", "ownerReferences": [owner]] as [String: Any]]
    }
    return owned
      + (state.nodes[name]?.bare ?? []).map { pod in
        let parts = pod.split(separator: "/").map(String.init)
        return ["metadata": ["name": parts[1], "namespace": parts[0]]]
      }
  }

  private func json(_ value: [String: Any]) -> String {
    let data = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }
}
