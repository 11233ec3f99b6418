/// What a drain does with each pod of a node. Pure.
struct DrainDecision: Equatable {
  /// A pod that must go, and what keeps it.
  struct Blocked: Equatable {
    var pod: String
    /// `namespace/name` of the budgets that cover it and allow no disruption now, with their numbers.
    var budgets: [String]
  }

  /// Pods to be evicted now.
  var evict: [DrainObjects.Pod] = []
  /// On their way out already.
  var leaving: [DrainObjects.Pod] = []
  /// Without a controller: nothing would start these elsewhere. Test pods of hearth itself do not count.
  var unmanaged: [String] = []
  /// Among those to be evicted.
  var blocked: [Blocked] = []

  /// Nothing is left that must go.
  var isDone: Bool { evict.isEmpty && leaving.isEmpty }

  /// - Parameter pods: of one node. Those of daemon sets stay, as do static pods, and what has ended does not count.
  init(pods: [DrainObjects.Pod], budgets: [DrainObjects.Budget]) {
    for pod in pods {
      let owner = pod.metadata.ownerReferences?.first { $0.controller == true }
      if owner?.kind == "DaemonSet" || pod.metadata.annotations?["kubernetes.io/config.mirror"] != nil { continue }
      if ["Succeeded", "Failed"].contains(pod.status?.phase) { continue }
      if pod.metadata.deletionTimestamp != nil {
        leaving.append(pod)
        continue
      }
      evict.append(pod)
      let isTest = pod.metadata.namespace?.hasPrefix("hearth-smoke-") == true
      if owner == nil, !isTest { unmanaged.append(pod.metadata.path) }
      let covering = budgets.filter { budget in
        budget.metadata.namespace == pod.metadata.namespace
          && budget.spec.selector?.matches(pod.metadata.labels ?? [:]) == true
          && (budget.status?.disruptionsAllowed ?? 0) < 1
      }
      if !covering.isEmpty { blocked.append(Blocked(pod: pod.metadata.path, budgets: covering.map(Self.words))) }
    }
  }

  private static func words(_ budget: DrainObjects.Budget) -> String {
    let status = budget.status
    guard let healthy = status?.currentHealthy, let desired = status?.desiredHealthy else {
      return budget.metadata.path
    }
    return "\(budget.metadata.path) (\(healthy) healthy, \(desired) needed)"
  }

  /// One line about what is still there.
  var summary: String {
    if let first = blocked.first {
      return "\(first.pod) is held by the disruption budget \(first.budgets.joined(separator: ", "))"
        + (blocked.count > 1 ? " and \(blocked.count - 1) more" : "")
    }
    let left = (evict + leaving).map(\.metadata.path)
    return "\(left.count) pod\(left.count == 1 ? "" : "s") left to evict: \(left.prefix(3).joined(separator: ", "))"
      + (left.count > 3 ? ", …" : "")
  }
}
