import Diagnostics
import Inventory
import Templates

/// The names and programs of one failover test.
struct FailoverPlan: Sendable {
  let access: ClusterAccess
  let namespace: String
  let victim: String
  let architecture: String
  let image: String
  /// nil where the rack runs no WebAssembly.
  let web: String?
  let failover: Failover

  var kinds: [String] { web == nil ? ["container"] : ["container", "wasm"] }

  /// Longer than detection and the start of new pods take, so that nothing comes back by itself before.
  var cutSeconds: Int { failover.lostAfterSeconds + failover.moveAfterSeconds + 60 }

  func startProgram(owner: String) throws(HearthError) -> String {
    let onVictim: JSONValue = [
      "matchExpressions": [["key": "kubernetes.io/hostname", "operator": "In", "values": [.string(victim)]]]
    ]
    let affinity: JSONValue = [
      "nodeAffinity": [
        "preferredDuringSchedulingIgnoredDuringExecution": [["weight": 100, "preference": onVictim]]
      ]
    ]
    let objects = try Template("smoke/failover.yaml").documents([
      "namespace": namespace, "architecture": architecture, "affinity": affinity, "image": image,
      "web": web.map { ["image": $0] },
    ])
    return try Template("smoke/failover-start.sh").render([
      "kube": ShellText(access.shellFunction), "mark": Sections.mark, "namespace": namespace,
      "namespaceObject": TestPlan.namespaceObject(namespace, owner: owner).line,
      "objects": JSONValue.list(objects).text, "names": kinds,
    ])
  }

  func watchProgram(addresses: [String: String]) throws(HearthError) -> String {
    try Template("smoke/failover-watch.sh").render([
      "patience": (cutSeconds + 20) * 100,
      "targets": kinds.compactMap { kind in addresses[kind].map { ["label": kind, "host": $0] } },
    ])
  }

  func cutProgram() throws(HearthError) -> String {
    try Template("smoke/failover-cut.sh").render(["seconds": cutSeconds])
  }

  var podsProgram: String {
    access.get("/api/v1/namespaces/\(namespace)/pods")
  }
}
