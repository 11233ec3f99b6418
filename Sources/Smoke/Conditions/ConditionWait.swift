package import Diagnostics
package import Inventory
package import SSH

/// Waits until conditions hold, for the barriers of `up`.
package struct ConditionWait: Sendable {
  private let rack: Rack
  private let events: any EventSink
  private let observer: Observer

  package init(
    rack: Rack, shells: [String: any RootShell], events: any EventSink, access: ClusterAccess = .standard
  ) {
    self.rack = rack
    self.events = events
    observer = Observer(rack: rack, shells: shells, access: access)
  }

  /// Observes again and again until every condition holds at every place (of `hosts`, if given). A condition that is
  /// skipped counts as one that holds.
  ///
  /// - Throws: ``HearthError`` with code `timedOut` that names the first condition which still does not hold, or
  ///   `cancelled`.
  package func wait(
    for conditions: [HealthCondition], hosts: Set<String>? = nil, timeout: Duration
  ) async throws(HearthError) {
    let clock = ContinuousClock()
    let start = clock.now
    let needsCluster = conditions.contains { $0.source == .cluster }
    var settled: Set<String> = []
    var told: [String: String] = [:]
    var pause = Duration.milliseconds(100)
    while true {
      let observation = await observer.observe(withCluster: needsCluster)
      if Task.isCancelled { throw HearthError(.cancelled, "the wait was cancelled") }
      let seconds = (clock.now - start).inSeconds
      var open: [ConditionResult] = []
      for condition in conditions where condition.source != .trials {
        for place in condition.places(in: rack) where hosts.map({ place.host.map($0.contains) ?? true }) ?? true {
          let key = "\(condition.name) \(place.host ?? "")"
          let verdict = condition.judge(observation, at: place)
          let result = ConditionResult(condition, at: place, verdict: verdict, seconds: seconds)
          if verdict.isFailed {
            open.append(result)
            settled.remove(key)
            guard told[key] != verdict.detail else { continue }
            told[key] = verdict.detail
            events.emit(
              .condition(name: condition.name, host: place.host, state: .waiting, detail: verdict.detail))
          } else if settled.insert(key).inserted {
            events.emit(result.event)
          }
        }
      }
      guard let first = open.first else { return }
      if clock.now - start >= timeout {
        for result in open { events.emit(result.event) }
        throw Self.timedOut(first, others: open.count - 1, timeout: timeout)
      }
      try? await clock.sleep(for: pause)
      pause = min(pause * 3 / 2, .seconds(1))
    }
  }

  private static func timedOut(_ result: ConditionResult, others: Int, timeout: Duration) -> HearthError {
    var error = result.error ?? HearthError(.cluster, result.title)
    error.code = .timedOut
    let more = others > 0 ? "; \(others) more conditions do not hold" : ""
    error.message = "\(result.title): still not so after \(Int(timeout.inSeconds)) s: \(result.detail)\(more)"
    return error
  }
}

extension Duration {
  /// In seconds, with fractions.
  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
