import Inventory

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
