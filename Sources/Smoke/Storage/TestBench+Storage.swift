import Diagnostics
import Inventory
import SSH
import Templates
import Untrusted

extension TestBench {
  /// By label; empty where the rack has no StorageClass of hearth's, or no node takes part.
  func tryStorage(_ plan: TestPlan) async -> [String: Trial] {
    guard rack.cluster.addons.storage != nil, !plan.members.isEmpty else { return [:] }
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let patience = options.podTimeout * 2
      let result = try await controlPlane(0).run(
        try plan.storageProgram(patience: patience), timeout: patience * 2 + .seconds(60))
      let trials = Trial.parse(lines: result.outputText)
      guard trials.isEmpty else { return trials }
      let words = Self.lastLines(result).last ?? "no answer"
      return ["written": Trial(.failed(words), seconds: (clock.now - start).inSeconds)]
    } catch {
      return ["written": Trial(.failed(error.message), seconds: (clock.now - start).inSeconds)]
    }
  }
}

extension TestPlan {
  /// Runs on a control-plane host.
  ///
  /// - Parameter patience: for each of the two pods; the first waits until its volume is made.
  func storageProgram(patience: Duration) throws(HearthError) -> String {
    let common: [String: Any] = [
      "namespace": namespace, "image": members.first?.image ?? "", "payload": expectation.payload,
      "architecture": members.first?.architecture ?? "", "nodes": members.map(\.node),
    ]
    let pods: [[String: Any]] = [
      ("storage-writer", #"printf %s "$PAYLOAD" >/data/payload && sync && exec sleep 3600"#),
      ("storage-reader", "cat /data/payload"),
    ].map { name, command in common.merging(["name": name, "command": command]) { $1 } }
    let objects = try Template("smoke/storage.yaml").documents(["namespace": namespace, "pods": pods])
    return try Template("smoke/storage.sh").render([
      "kube": ShellText(access.shellFunction), "namespace": namespace,
      "seconds": Int(nearest: patience.inSeconds), "writer": JSONValue.list(Array(objects.dropLast())).text,
      "reader": JSONValue.list(Array(objects.suffix(1))).text,
    ])
  }
}

extension HealthCondition {
  package static let storage = HealthCondition(
    "storage", "what a pod wrote into a claim is read by the next after the first was killed", .cluster,
    seenIn: .trials, where: { $0.cluster.addons.storage != nil },
    remedy: { place in
      let provisioner = ["-n", "hearth-storage", "logs", "deployment/local-path-provisioner", "--tail=20"]
      return Remedy(
        "read what the provisioner says, and look whether the folder of the volumes can be written on the node",
        command: ClusterAccess.standard.typed(provisioner), on: place.controlPlaneHost)
    },
    judge: { observation, _ in
      guard let trials = observation.trials else { return .skipped("no smoke test ran") }
      guard !trials.storage.isEmpty else { return .skipped("no node takes part") }
      let expected = "what was written"
      switch (trials.storage["written"]?.outcome, trials.storage["read"]?.outcome) {
      case (.failed(let reason)?, _): return .failed(expected: expected, seen: reason)
      case (.answered(let node)?, .answered(let text)?):
        return text == trials.expectation.payload
          ? .met("written and read on \(node)") : .failed(expected: expected, seen: "other words: \(text)")
      case (.answered?, .failed(let reason)?): return .failed(expected: expected, seen: reason)
      default: return .failed(expected: expected, seen: "no answer")
      }
    })
}
