package import Diagnostics
package import Inventory
package import SSH

/// Proves on a running cluster that it does what a cluster is for: pods on every node, every way between them,
/// Services, names, logs, exec, port-forward, a rolling update and the API from within a pod. Every payload is random
/// and is checked at the far end; everything made for the test is removed again, also after failure or cancellation.
package struct SmokeTest: Sendable {
  let rack: Rack
  let shells: [String: any RootShell]
  let outside: (any OutsideProbe)?
  let events: any EventSink
  let options: SmokeOptions
  let access: ClusterAccess
  let followsChanges: Bool

  /// - Parameters:
  ///   - shells: one per node that can be reached, by node name.
  ///   - outside: reaches the nodes from outside the rack; without it the NodePort condition is skipped.
  ///   - followsChanges: the same run has just changed hosts: members of etcd and API servers may have been restarted.
  package init(
    rack: Rack, shells: [String: any RootShell], outside: (any OutsideProbe)?, events: any EventSink,
    options: SmokeOptions = SmokeOptions(), access: ClusterAccess = .standard, followsChanges: Bool = false
  ) {
    self.rack = rack
    self.shells = shells
    self.outside = outside
    self.events = events
    self.options = options
    self.access = access
    self.followsChanges = followsChanges
  }

  /// Runs all conditions. A condition that fails is part of the report and not an error.
  ///
  /// - Throws: ``HearthError`` with code `cluster` when no control-plane node can be asked, `cancelled` when the task
  ///   was; in both cases after the clean-up.
  package func run() async throws(HearthError) -> SmokeReport {
    let stopwatch = Stopwatch(events: events, hosts: rack.nodes.map(\.name))
    var report = SmokeReport()
    let observer = Observer(rack: rack, shells: shells, access: access)
    var observation = await stopwatch.stage("look") { await look(observer) }
    try checkCancellation()
    let took = stopwatch.lastSeconds
    settle(HealthCondition.passive, observation, seconds: took, into: &report)

    let living = rack.controlPlane.filter { observation.hosts[$0.name]?.api?.healthy == true }
      .compactMap { shells[$0.name] }
    guard !living.isEmpty else {
      throw Self.noControlPlane(rack, observation)
    }
    let bench = TestBench(
      rack: rack, shells: shells, living: living, outside: outside, events: events, options: options, access: access)
    observation.trials = try await bench.run(observation, stopwatch: stopwatch)
    if anyFails(HealthCondition.ofTrials, observation), try await calmDown(observation.cluster?.newest) {
      observation.trials = try await bench.run(observation, stopwatch: stopwatch)
    }
    settle(HealthCondition.ofTrials, observation, seconds: nil, into: &report)
    report.stages = stopwatch.stages
    report.seconds = stopwatch.seconds
    report.warnings = Warnings.all(rack: rack, observation: observation)
    return report
  }

  /// What an `up` has just put right may need some seconds until everybody has noticed: looks again while something that
  /// needs no test pods fails on hosts that answer.
  private func look(_ observer: Observer) async -> Observation {
    var observation = await observer.observe()
    for await look in ContinuousClock().looks(every: .seconds(1), for: options.settling) {
      if look > 0 { observation = await observer.observe() }
      guard anyFails(HealthCondition.passive, observation), observation.unreachable.isEmpty else { break }
    }
    return observation
  }

  private func anyFails(_ conditions: [HealthCondition], _ observation: Observation) -> Bool {
    conditions.contains { condition in
      condition.places(in: rack).contains { condition.judge(observation, at: $0).isFailed }
    }
  }

  /// Waits until what has just happened should be noticed everywhere; false where that was long ago.
  private func calmDown(_ node: (name: String, seconds: Int)?) async throws(HearthError) -> Bool {
    let what: String, seconds: Int
    if followsChanges {
      (what, seconds) = ("hosts were changed", 0)
    } else if let node {
      (what, seconds) = ("\(node.name) became Ready", node.seconds)
    } else {
      return false
    }
    let rest = options.calming - .seconds(seconds)
    guard rest > .zero else { return false }
    let text =
      "\(what) just before, and what watches the API may notice within a minute only: what failed is tried once more in "
      + "\(Int(rest.components.seconds)) s"
    events.emit(.note(level: .info, host: nil, text: text))
    try? await Task.sleep(for: rest)
    try checkCancellation()
    return true
  }

  /// - Parameter seconds: how long the observation took; nil means that each trial knows.
  private func settle(
    _ conditions: [HealthCondition], _ observation: Observation, seconds: Double?, into report: inout SmokeReport
  ) {
    for condition in conditions {
      for place in condition.places(in: rack) {
        let verdict = condition.judge(observation, at: place)
        let result = ConditionResult(
          condition, at: place, verdict: verdict,
          seconds: seconds ?? observation.trials?.seconds(condition.name, host: place.host) ?? 0)
        report.results.append(result)
        events.emit(result.event)
      }
    }
  }

  private static func noControlPlane(_ rack: Rack, _ observation: Observation) -> HearthError {
    let first = rack.controlPlane.first
    let seen = first.flatMap { node in
      observation.unreachable[node.name]?.message ?? observation.hosts[node.name]?.api?.detail
    }
    // A command that is to be typed on a host needs a host that answers.
    if rack.controlPlane.allSatisfy({ observation.unreachable[$0.name] != nil }) {
      return HearthError(
        .cluster, "no control-plane host answers, so nothing can be tested", subject: Subject(host: first?.name),
        hint: "look at the power and the cables of \(rack.controlPlane.map(\.name).joined(separator: ", "))",
        cause: seen,
        command: first.map { "ping -c 3 \($0.address)" })
    }
    return HearthError(
      .cluster, "no API server answers, so nothing can be tested", subject: Subject(host: first?.name),
      hint: "bring the cluster up with `hearth up`, or read why its API server does not answer", cause: seen,
      command: "sudo journalctl -u kube-apiserver -u hearth-etcd -n 50 --no-pager")
  }
}

func checkCancellation() throws(HearthError) {
  if Task.isCancelled {
    throw HearthError(.cancelled, "the smoke test was cancelled; what it had made is removed")
  }
}
