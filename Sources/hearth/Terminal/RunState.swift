import Diagnostics

/// What a run looks like at one moment, folded from its events. Pure; renderers draw it.
struct RunState {
  struct Host: Equatable {
    var phase = ""
    /// In the order in which they began: files are on their way while other steps work.
    var steps: [Step] = []
    var changed = 0
    /// Steps that the run has for this host; nil before it is known.
    var planned: Int?
    var failed = false
    var finishedPhase = false
    var isWorking: Bool { !steps.isEmpty }

    /// What the host is doing, as far as one line tells: a step that works comes before a file on its way.
    var step: Step? { steps.last { $0.doneBytes == nil } ?? steps.last }
  }

  struct Step: Equatable {
    var name: String
    /// Files go ahead of the phase that needs them.
    var phase: String
    var started: ContinuousClock.Instant
    var doneBytes: Int?
    var totalBytes: Int?
  }

  private(set) var title = ""
  /// In the order in which the run named them.
  private(set) var order: [String] = []
  private(set) var hosts: [String: Host] = [:]
  private(set) var phaseHosts: Set<String> = []
  private(set) var changedInPhase = 0
  /// Names of the phases that the run goes through, once they are known.
  private(set) var phases: [String] = []
  /// The one that runs or ran last.
  private(set) var phase = ""

  /// `phase 2 of 5, 212 of 471`, as far as it is known.
  var progress: String {
    let planned = hosts.values.compactMap(\.planned).reduce(0, +)
    guard planned > 0 else {
      return phase.isEmpty ? "looking at \(order.count) \(order.count == 1 ? "host" : "hosts")" : ""
    }
    let done = hosts.values.reduce(0) { $0 + $1.changed }
    let place = phases.firstIndex(of: phase).map { "phase \($0 + 1) of \(phases.count), " } ?? ""
    return "\(place)\(min(done, planned)) of \(planned)"
  }

  mutating func apply(_ event: Event, now: ContinuousClock.Instant = .now) {
    switch event {
    case .runStarted(let command, let rack, let names):
      title = "\(command) · \(rack)"
      order = names
      hosts = Dictionary(uniqueKeysWithValues: names.map { ($0, Host()) })
    case .planned(let phases, let steps):
      self.phases = phases
      for (host, count) in steps {
        hosts[host, default: Host()].planned = count
        hosts[host]?.changed = 0
      }
    case .phaseStarted(let phase, let names):
      self.phase = phase
      phaseHosts = Set(names)
      changedInPhase = 0
      for name in names where hosts[name]?.failed != true {
        hosts[name, default: Host()].phase = phase
        hosts[name]?.steps.removeAll { $0.doneBytes == nil }
        hosts[name]?.finishedPhase = false
      }
    case .phaseEnded(_, _, let succeeded):
      for name in phaseHosts where succeeded { hosts[name]?.finishedPhase = true }
    case .stepStarted(let host, let phase, let step):
      begin(step, on: host, phase: phase, now: now)
    case .stepProgress(let host, let step, let done, let total):
      progress(step, on: host, done: done, total: total, now: now)
    case .stepEnded(let host, _, let step, let outcome, _, _):
      if outcome == .changed {
        hosts[host]?.changed += 1
        changedInPhase += 1
      }
      if outcome == .failed { hosts[host]?.failed = true }
      hosts[host]?.steps.removeAll { $0.name == step }
    case .failure(let error):
      if let host = error.subject.host { hosts[host]?.failed = true }
    case .condition, .note, .summary:
      break
    }
  }

  private mutating func begin(_ step: String, on host: String, phase: String, now: ContinuousClock.Instant) {
    if hosts[host] == nil {
      order.append(host)
      hosts[host] = Host(phase: phase)
    }
    hosts[host]?.steps.removeAll { $0.name == step }
    hosts[host]?.steps.append(Step(name: step, phase: phase, started: now))
  }

  /// A file that has arrived waits for its turn and is not news until then.
  private mutating func progress(
    _ step: String, on host: String, done: Int, total: Int?, now: ContinuousClock.Instant
  ) {
    if hosts[host] == nil { order.append(host) }
    var steps = hosts[host, default: Host()].steps
    let index = steps.firstIndex { $0.name == step }
    if let total, done >= total {
      steps.removeAll { $0.name == step }
    } else if let index {
      steps[index].doneBytes = done
      steps[index].totalBytes = total
    } else {
      steps.append(
        Step(
          name: step, phase: hosts[host]?.phase ?? "", started: now, doneBytes: done, totalBytes: total))
    }
    hosts[host]?.steps = steps
  }
}
