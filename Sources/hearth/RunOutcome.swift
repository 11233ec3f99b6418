import Diagnostics
import Provision

/// What a run did and what went wrong, gathered until its summary.
actor RunOutcome {
  private var changed: [String: Int] = [:]
  private var phases: [Summary.Phase] = []
  private var failures: [HearthError] = []
  private var actions: [String] = []

  var hasChanged: Bool { !changed.isEmpty }
  var hasFailures: Bool { !failures.isEmpty }

  /// Nothing went wrong but that somebody else holds hosts, or that a rule said no.
  var isRefused: Bool {
    !failures.isEmpty && failures.allSatisfy { $0.code == .locked || $0.code == .refused }
  }

  /// True also for failures that belong to no host.
  func hasFailures(on hosts: [String]) -> Bool {
    failures.contains { failure in failure.subject.host.map(hosts.contains) ?? true }
  }

  /// Prints an error once and remembers it. Whatever was waited for when somebody asked for an end says so, too, and only
  /// those words count that say how to go on.
  func fail(_ error: HearthError, _ events: any EventSink) {
    if error.code == .cancelled, error.hint == nil, Interrupts.shared.isRaised { return }
    guard !failures.contains(error) else { return }
    failures.append(error)
    events.emit(.failure(error))
  }

  /// Somebody asked for an end, and the run has come to it.
  func failAsStopped(_ events: any EventSink) {
    guard !failures.contains(where: { $0.code == .cancelled }) else { return }
    let error = HearthError(.cancelled, changed.isEmpty && actions.isEmpty ? "stopped before any change" : "stopped")
    failures.append(error)
    events.emit(.failure(error))
  }

  /// Failures of a report were emitted by the engine as they happened.
  func add(_ report: ApplyReport) {
    for (host, ids) in report.changed { changed[host, default: 0] += ids.count }
    phases += report.phases
    failures += report.failures.map { $0.value.at(Subject(host: $0.key)) }.filter { !failures.contains($0) }
  }

  func add(_ phase: Summary.Phase) { phases.append(phase) }

  /// Something was done that is not a resource of a host, such as `pi3 drained`.
  func did(_ action: String) { actions.append(action) }

  func summary(
    command: String, execs: [String: Int], hosts: [String], stopped: ExitStatus?, seconds: Double
  ) -> Summary {
    var all: [String: Summary.Host] = [:]
    for host in hosts {
      all[host] = Summary.Host(
        changed: changed[host] ?? 0, execs: execs[host] ?? 0,
        failures: failures.filter { $0.subject.host == host }.map(\.message))
    }
    let failedHosts = all.values.count { !$0.failures.isEmpty }
    let result: Summary.Result =
      switch stopped {
      case .refused: changed.isEmpty && actions.isEmpty ? .refused : .partly
      case .some(.failed), .some(.usage): .failed
      default:
        if failures.isEmpty { .done } else { failedHosts > 0 && failedHosts < hosts.count ? .partly : .failed }
      }
    return Summary(
      command: command, result: result, changed: changed.values.reduce(0, +), hosts: all, phases: phases,
      seconds: seconds, actions: actions)
  }
}
