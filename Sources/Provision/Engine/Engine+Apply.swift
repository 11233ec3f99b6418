import Artifacts
package import Diagnostics
import Synchronization

extension Engine {
  /// Makes a plan come true, phase by phase. Errors of hosts are in the report; nothing is thrown.
  ///
  /// Before anything changes, all hosts that are to change are taken for this run. If somebody else holds one of them,
  /// or has changed it since it was observed, nothing is begun anywhere. Cancelling the task that waits for this changes
  /// nothing: ``cancel()`` ends it after the running steps. Failures of the plan itself are in the report and were told
  /// when it was made.
  package func apply(_ plan: Plan) async -> ApplyReport {
    await uninterrupted { await self.carryOut(plan) }
  }

  private func carryOut(_ plan: Plan) async -> ApplyReport {
    let start = ContinuousClock.now
    var report = ApplyReport()
    report.failures = plan.failures
    let hosts = plan.changedHosts
    if !hosts.isEmpty { events.emit(plan.announcement) }
    if !hosts.isEmpty, await lockAll(hosts, plan, &report) {
      let taken = hosts.filter { report.failures[$0] == nil }
      let heartbeat = Task { await keepAlive(taken) }
      let uploads = uploads(plan, hosts: taken)
      for (index, phase) in plan.phases.enumerated() {
        await apply(phase, plan.desired[index], index, plan, uploads, &report)
      }
      uploads.cancel()
      heartbeat.cancel()
      let failed = Set(report.failures.keys)
      _ = await forEach(taken.filter { !state.held.contains($0) }, limit: limits.work) { host in
        await self.unlock(host, clean: !failed.contains(host))
      }
    }
    await tidyUp(plan, except: hosts)
    report.cancelled = isCancelled
    report.seconds = start.duration(to: .now) / .seconds(1)
    return report
  }

  /// A run that was killed leaves its lock and what it sent; where this run has no work, that would stay for ever.
  private func tidyUp(_ plan: Plan, except busy: [String]) async {
    let stale = plan.observation.hosts.filter { host, state in
      !busy.contains(host) && plan.failures[host] == nil && state.lock?.owner.isGone(seenFrom: identity) == true
    }
    _ = await forEach(stale.keys.sorted(), limit: limits.work) { host in
      guard (try? await self.lock(host, stale[host] ?? HostState())) != nil else { return }
      await self.unlock(host, clean: true)
    }
  }

  /// - Returns: false if the run must not begin.
  private func lockAll(_ hosts: [String], _ plan: Plan, _ report: inout ApplyReport) async -> Bool {
    let errors = await forEach(hosts, limit: limits.work) { host -> HearthError? in
      do throws(HearthError) {
        try await self.lock(host, plan.observation.hosts[host] ?? HostState())
        return nil
      } catch {
        return error.at(Subject(host: host, step: "lock"))
      }
    }
    for (host, error) in errors.sorted(by: { $0.key < $1.key }) {
      guard let error else { continue }
      report.failures[host] = error
      events.emit(.failure(error))
    }
    let refused = report.failures.values.contains { $0.code == .locked || $0.code == .refused }
    guard refused else { return true }
    for host in hosts { skip(host, plan.phases[...], &report) }
    let taken = hosts.filter { report.failures[$0] == nil && !state.held.contains($0) }
    _ = await forEach(taken, limit: limits.work) { await self.unlock($0, clean: false) }
    return false
  }

  private func uploads(_ plan: Plan, hosts: [String]) -> Uploads {
    var wanted: [(host: String, phase: String, deliveries: [Resource.Delivery])] = []
    for (phase, desired) in zip(plan.phases, plan.desired) {
      for host in hosts {
        let moving = Set((phase.hosts[host] ?? []).filter(Resource.Delivery.moves).map(\.id))
        let deliveries = (desired.resources[host] ?? []).compactMap { resource -> Resource.Delivery? in
          guard case .delivery(let delivery) = resource, moving.contains(resource.id) else { return nil }
          // Sent by an earlier run that did not come to put it in its place.
          let staged = plan.observation.hosts[host]?.stats[delivery.stagedPath]
          return staged?.bytes == delivery.file.bytes ? nil : delivery
        }
        wanted.append((host, phase.name, deliveries))
      }
    }
    let restarting = Set(
      hosts.filter { host in
        plan.phases.contains { $0.hosts[host]?.contains { $0.id == Resource.bootParameters([]).id } == true }
      })
    return Uploads(wanted, restarting: restarting, engine: self, gate: AsyncSemaphore(limits.uploads))
  }

  private func apply(
    _ phase: PhasePlan, _ desired: Phase, _ index: Int, _ plan: Plan, _ uploads: Uploads, _ report: inout ApplyReport
  ) async {
    let rest = plan.phases[index...]
    let hosts = phase.hosts.keys.filter { report.failures[$0] == nil && report.notReached[$0] == nil }.sorted()
    for host in phase.hosts.keys where report.failures[host] != nil { skip(host, plan.phases[index...index], &report) }
    guard !hosts.isEmpty else { return }
    if isCancelled {
      for host in hosts { skip(host, rest, &report) }
      return
    }
    let missing = desired.needs.filter { report.failures[$0] != nil }.sorted()
    if !missing.isEmpty {
      stop(hosts, before: desired, waitingFor: missing, rest, &report)
      return
    }
    let start = ContinuousClock.now
    events.emit(.phaseStarted(phase: phase.name, hosts: hosts))
    let lost = Array(report.failures.keys)
    let results = await forEach(hosts, limit: limits.work) { host in
      let line = HostPhaseRunner(
        engine: self, host: host, phase: desired, index: index, changes: phase.hosts[host] ?? [],
        state: plan.observation.hosts[host] ?? HostState(), lost: lost)
      let result = await line.run(after: uploads)
      if result.error != nil, desired.leaders.contains(host) {
        await self.abandon(hosts.filter { $0 != host }, because: host)
      }
      return result
    }
    var succeeded = true
    var consequences: [String: [String]] = [:]
    for (host, result) in results.sorted(by: { $0.key < $1.key }) {
      succeeded = succeeded && result.error == nil && result.notReached.isEmpty
      report.changed[host, default: []] += result.changed
      if !result.notReached.isEmpty { report.notReached[host, default: []] += result.notReached }
      guard let error = result.error else { continue }
      report.failures[host] = error
      if let cause = state.abandoned[host], error == Engine.consequence(of: cause, on: host, step: error.subject.step) {
        consequences[cause, default: []].append(host)
      } else {
        events.emit(.failure(error))
      }
    }
    fold(consequences)
    let seconds = start.duration(to: .now) / .seconds(1)
    report.phases.append(Summary.Phase(name: phase.name, seconds: seconds))
    events.emit(.phaseEnded(phase: phase.name, seconds: seconds, succeeded: succeeded))
  }

  /// Hosts whose next phase makes no sense without others end here.
  private func stop(
    _ hosts: [String], before phase: Phase, waitingFor missing: [String], _ rest: ArraySlice<PhasePlan>,
    _ report: inout ApplyReport
  ) {
    for host in hosts {
      report.failures[host] = HearthError(
        .cluster, "“\(phase.title)” needs \(missing.joined(separator: ", ")), which failed before",
        subject: Subject(host: host), hint: "put \(missing[0]) right first, then run the command again")
      skip(host, rest, &report)
    }
    fold([missing[0]: hosts])
  }

  /// One line below the error of the cause, in place of an error for each host that follows from it.
  private func fold(_ consequences: [String: [String]]) {
    for (cause, hosts) in consequences.sorted(by: { $0.key < $1.key }) {
      let names = hosts.sorted().joined(separator: ", ")
      events.emit(
        .note(
          level: .warning, host: nil,
          text: "Not finished because \(cause) failed, and for no reason of their own: \(names)"))
    }
  }

  private func skip(_ host: String, _ phases: ArraySlice<PhasePlan>, _ report: inout ApplyReport) {
    let ids = phases.flatMap { $0.hosts[host] ?? [] }.map(\.id)
    if !ids.isEmpty { report.notReached[host, default: []] += ids }
  }
}

/// How a run ended, host by host.
package struct ApplyReport: Sendable {
  /// Host to ids of the resources that were changed, in order.
  package var changed: [String: [String]] = [:]
  /// Host to what stopped it.
  package var failures: [String: HearthError] = [:]
  /// Host to ids of resources that were planned but not reached.
  package var notReached: [String: [String]] = [:]
  package var phases: [Summary.Phase] = []
  package var cancelled = false
  package var seconds = 0.0

  package init() {}

  package var changedCount: Int { changed.values.reduce(0) { $0 + $1.count } }
}
