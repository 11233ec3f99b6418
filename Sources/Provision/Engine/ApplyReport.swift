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
}
