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
    let affinity =
      #"{nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, preference: "#
      + #"{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: ["\#(victim)"]}]}}]}}"#
    var values: [String: Any] = [
      "namespace": namespace, "architecture": architecture, "affinity": affinity, "image": image,
    ]
    if let web { values["web"] = web }
    let object = """
      {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"\(namespace)",\
      "labels":{"\(TestPlan.label)":"true"},"annotations":{"\(TestPlan.ownerAnnotation)":\(TestPlan.json(owner))}}}
      """
    return try Template("smoke/failover-start.sh").render([
      "kube": access.shellFunction, "namespace": namespace, "namespaceObject": object,
      "objects": Template("smoke/failover.yaml").render(values), "names": kinds.joined(separator: " "),
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
    access.shellFunction + "kube get --raw '/api/v1/namespaces/\(namespace)/pods'\n"
  }
}
