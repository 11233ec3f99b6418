import Inventory

extension HealthCondition {
  package static let loadBalancer = HealthCondition(
    "load-balancer", "a Service of type LoadBalancer gets an address, which answers outside the rack", .cluster,
    seenIn: .trials, where: { $0.cluster.loadBalancer != nil },
    remedy: { place in
      Remedy(
        "see who gives addresses out and who carries them: `hearth-lb-assign` on control planes, `hearth-lb` on every node",
        command: "sudo journalctl -u hearth-lb -u hearth-lb-watch -u hearth-lb-assign -n 50 --no-pager",
        on: place.controlPlaneHost)
    },
    judge: { observation, place in
      guard let trials = observation.trials else { return .skipped("no smoke test ran") }
      guard trials.pods.values.contains(where: \.ready) else { return .skipped("no pod runs") }
      guard let balanced = trials.balanced else { return .skipped("nothing outside the rack could ask") }
      let range = place.rack.cluster.loadBalancer?.addresses
      guard let address = balanced.address else {
        return .failed(
          expected: "an address of \(range.map(\.description) ?? "the range")", seen: balanced.trouble ?? "none")
      }
      guard range?.contains(address) == true else {
        return .failed(expected: "an address of \(range.map(\.description) ?? "the range")", seen: address.description)
      }
      let wrong = balanced.attempts.compactMap { Reply.mismatch($0, trials.wanted("balanced")) }
      guard let first = wrong.first else {
        return .met("\(address), \(balanced.attempts.count) of \(balanced.attempts.count) requests answered")
      }
      return .failed(
        expected: "\(balanced.attempts.count) answers from \(address)",
        seen: "\(balanced.attempts.count - wrong.count), and \(wrong.count) times: \(first)")
    })
}
