import Diagnostics

/// What a run looks like at one moment, folded from its events. Pure; renderers draw it.
struct RunState {
  struct Host: Equatable {
    var phase = ""
    var step: String?
    var stepStarted: ContinuousClock.Instant?
    var doneBytes: Int?
    var totalBytes: Int?
    var changed = 0
    var failed = false
    var finishedPhase = false
  }

  private(set) var title = ""
  /// In the order in which the run named them.
  private(set) var order: [String] = []
  private(set) var hosts: [String: Host] = [:]
  private(set) var phaseHosts: Set<String> = []
  private(set) var changedInPhase = 0

  mutating func apply(_ event: Event, now: ContinuousClock.Instant = .now) {
    switch event {
    case .runStarted(let command, let rack, let names):
      title = "\(command) · \(rack)"
      order = names
      hosts = Dictionary(uniqueKeysWithValues: names.map { ($0, Host()) })
    case .phaseStarted(let phase, let names):
      phaseHosts = Set(names)
      changedInPhase = 0
      for name in names where hosts[name]?.failed != true {
        hosts[name, default: Host()].phase = phase
        hosts[name]?.step = nil
        hosts[name]?.finishedPhase = false
      }
    case .phaseEnded:
      for name in phaseHosts { hosts[name]?.finishedPhase = true }
    case .stepStarted(let host, let phase, let step):
      begin(step, on: host, phase: phase, now: now)
    case .stepProgress(let host, let step, let done, let total):
      if hosts[host]?.step != step { begin(step, on: host, phase: hosts[host]?.phase ?? "", now: now) }
      hosts[host]?.doneBytes = done
      hosts[host]?.totalBytes = total
    case .stepEnded(let host, _, let step, let outcome, _, _):
      if outcome == .changed {
        hosts[host]?.changed += 1
        changedInPhase += 1
      }
      if outcome == .failed { hosts[host]?.failed = true }
      if hosts[host]?.step == step { hosts[host]?.step = nil }
    case .failure(let error):
      if let host = error.subject.host { hosts[host]?.failed = true }
    case .condition, .note, .summary:
      break
    }
  }

  private mutating func begin(_ step: String, on host: String, phase: String, now: ContinuousClock.Instant) {
    if hosts[host] == nil { order.append(host) }
    hosts[host, default: Host()].phase = phase
    hosts[host]?.step = step
    hosts[host]?.stepStarted = now
    hosts[host]?.doneBytes = nil
    hosts[host]?.totalBytes = nil
  }
}
