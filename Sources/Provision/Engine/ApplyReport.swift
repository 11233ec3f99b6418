package import Diagnostics

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

  /// As `--output json` prints it last.
  ///
  /// - Parameter execs: host to remote commands run, from ``RootShell/execCount``.
  package func summary(command: String, execs: [String: Int]) -> Summary {
    let names = Set(execs.keys).union(changed.keys).union(failures.keys)
    var hosts: [String: Summary.Host] = [:]
    for name in names {
      hosts[name] = Summary.Host(
        changed: changed[name]?.count ?? 0, execs: execs[name] ?? 0,
        failures: failures[name].map { [$0.description] } ?? [])
    }
    let result: Summary.Result =
      if failures.isEmpty { cancelled ? .partly : .done } else { failures.count < names.count ? .partly : .failed }
    return Summary(
      command: command, result: result, changed: changedCount, hosts: hosts, phases: phases, seconds: seconds)
  }
}
