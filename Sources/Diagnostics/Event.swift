/// What happens during a run, in the order in which it happens. The engine emits events; it never prints.
package enum Event: Sendable, Equatable {
  /// A command begins on these hosts.
  case runStarted(command: String, rack: String, hosts: [String])
  /// A phase begins on these hosts; the hosts of a phase work side by side.
  /// What the run is about to do: its phases in order, and how many steps each host has in all of them.
  case planned(phases: [String], steps: [String: Int])
  case phaseStarted(phase: String, hosts: [String])
  /// `succeeded` is false when a host failed in it, or it was stopped before its end.
  case phaseEnded(phase: String, seconds: Double, succeeded: Bool = true)
  case stepStarted(host: String, phase: String, step: String)
  /// Bytes moved so far in a step that moves bytes.
  case stepProgress(host: String, step: String, doneBytes: Int, totalBytes: Int?)
  case stepEnded(host: String, phase: String, step: String, outcome: Outcome, seconds: Double, detail: String?)
  /// A health condition that is waited for or tested; `host` is nil for those of the whole cluster.
  case condition(name: String, host: String?, state: ConditionState, detail: String)
  case note(level: Level, host: String?, text: String)
  case failure(HearthError)
  /// The last event of a run.
  case summary(Summary)

  package enum Outcome: String, Sendable, Codable { case changed, unchanged, failed, skipped }
  package enum ConditionState: String, Sendable, Codable {
    case waiting
    case met = "passed"
    case failed, skipped
  }
  package enum Level: String, Sendable, Codable { case debug, info, warning }
}

/// The end of a run, as `--output json` prints it last.
package struct Summary: Sendable, Equatable, Codable {
  package enum Result: String, Sendable, Codable { case done, failed, refused, partly }

  package struct Host: Sendable, Equatable, Codable {
    package var changed: Int
    /// Remote commands run on this host.
    package var execs: Int
    package var failures: [String]
    package init(changed: Int = 0, execs: Int = 0, failures: [String] = []) {
      self.changed = changed
      self.execs = execs
      self.failures = failures
    }
  }

  package struct Phase: Sendable, Equatable, Codable {
    package var name: String
    package var seconds: Double
    package init(name: String, seconds: Double) {
      self.name = name
      self.seconds = seconds
    }
  }

  package var command: String
  package var result: Result
  /// Resources changed on all hosts together.
  package var changed: Int
  package var hosts: [String: Host]
  package var phases: [Phase]
  package var seconds: Double
  /// What was done that is not a resource of a host, in words: `pi3 drained`.
  package var actions: [String]

  package init(
    command: String, result: Result, changed: Int = 0, hosts: [String: Host] = [:], phases: [Phase] = [],
    seconds: Double = 0, actions: [String] = []
  ) {
    self.actions = actions
    self.command = command
    self.result = result
    self.changed = changed
    self.hosts = hosts
    self.phases = phases
    self.seconds = seconds
  }
}

/// Where events go: a renderer, a log, a test.
package protocol EventSink: Sendable {
  func emit(_ event: Event)
}

/// Drops everything.
package struct SilentSink: EventSink {
  package init() {}
  package func emit(_ event: Event) {}
}
