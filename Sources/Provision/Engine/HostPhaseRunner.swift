import Diagnostics
import SSH

/// One host's work in one phase: one program, or several if the host must restart in between.
struct HostPhaseRunner {
  struct Result: Sendable {
    var changed: [String] = []
    var notReached: [String] = []
    var error: HearthError?
  }

  var engine: Engine
  var host: String
  var phase: Phase
  /// Of the phase in its plan; makes the job's name unique.
  var index: Int
  var changes: [ResourceChange]
  var state: HostState
  /// Hosts that have failed before in this run.
  var lost: [String] = []

  func run(after uploads: Uploads) async -> Result {
    var result = Result()
    var steps = self.steps
    if let error = await uploads.wait(host, phase.name) {
      result.notReached = steps.map(\.change.id)
      if error.code != .cancelled { result.error = error }
      return result
    }
    var part = 0
    while !steps.isEmpty {
      if let cause = engine.state.abandoned[host] {
        result.error = Engine.consequence(of: cause, on: host)
        break
      }
      let attempt = await attempt(steps, part)
      result.changed += attempt.changed
      steps.removeFirst(min(attempt.changed.count, steps.count))
      do throws(HearthError) {
        guard try attempt.outcome.get() == .restarting else { break }
        try await comeBack(attempt.restartedBy)
        part += 1
      } catch {
        result.error = error.code == .cancelled && engine.isCancelled ? nil : error
        if let cause = engine.state.abandoned[host], error.message == Engine.givenUp(because: cause) {
          result.error = Engine.consequence(of: cause, on: host, step: error.subject.step)
        }
        break
      }
    }
    let failed = result.error?.subject.step
    result.notReached = steps.map(\.change.id).filter { $0 != failed }
    return result
  }

  /// Resources that change, with how; both lists are in the same order.
  private var steps: [ApplyProgram.Step] {
    var pending = changes[...]
    return (phase.resources[host] ?? []).compactMap { resource in
      guard let change = pending.first, change.id == resource.id else { return nil }
      pending.removeFirst()
      return ApplyProgram.Step(resource: resource, change: change)
    }
  }

  private struct Attempt {
    enum Outcome { case ended, restarting }
    /// Ids of the steps that were done, from the first one on.
    var changed: [String] = []
    var outcome: Swift.Result<Outcome, HearthError>
    var restartedBy: Resource?
  }

  private func attempt(_ steps: [ApplyProgram.Step], _ part: Int) async -> Attempt {
    let program: ApplyProgram
    do {
      program = try ApplyProgram(
        steps, host: host, state: state, run: engine.identity.run,
        job: "/run/hearth/jobs/\(engine.identity.run)-\(index)-\(part)", limits: engine.limits, lost: lost)
    } catch {
      return Attempt(outcome: .failure(error.at(Subject(host: host))))
    }
    let sent = steps.filter { step in
      if case .delivery = step.resource { Resource.Delivery.moves(step.change) } else { false }
    }
    let stream = ApplyStream(
      program, host: host, phase: phase.name, announced: Set(sent.map(\.change.id)), events: engine.events)
    engine.state.setJob(program.job, on: host)
    defer { engine.state.setJob(nil, on: host) }
    do {
      let ending = try await JobRunner(engine: engine, host: host, program: program, stream: stream).run()
      if case .restart(let step) = ending {
        return Attempt(
          changed: stream.changed, outcome: .success(.restarting), restartedBy: program.steps[step].resource)
      }
      return Attempt(changed: stream.changed, outcome: .success(.ended))
    } catch {
      return Attempt(
        changed: stream.changed, outcome: .failure(error.at(Subject(host: host, step: stream.running))))
    }
  }

  /// Waits for the host to return from a restart, takes it again, and looks whether the restart did what it was for.
  private func comeBack(_ resource: Resource?) async throws(HearthError) {
    engine.events.emit(.note(level: .info, host: host, text: "Restarting; waiting for it to come back"))
    try await engine.reconnect(host, within: engine.limits.reboot, bootOtherThan: state.bootID)
    var state = self.state
    state.lock = nil
    try await engine.lock(host, state)
    guard let resource else { return }
    var request = ObservationRequest()
    resource.kind.observe(&request)
    let seen = try await engine.observe(host, request, forChange: true).get()
    let difference: Difference?
    do {
      difference = try resource.kind.difference(ComparisonContext(state: seen))
    } catch {
      throw error.at(Subject(host: host, step: resource.id))
    }
    if let difference {
      throw HearthError(
        .unsupported, "the host has restarted, but \(resource.id) is still not what it should be",
        subject: Subject(host: host, step: resource.id),
        hint: "look whether the firmware reads another file, such as one named in config.txt",
        output: difference.fields.map { "\($0.field): \($0.to ?? $0.from ?? "")" }, command: resource.commandByHand)
    }
  }
}
