package import Diagnostics
package import Inventory
package import SSH

/// Waits until conditions hold, for the barriers of `up`.
package struct ConditionWait: Sendable {
  let rack: Rack
  let shells: [String: any RootShell]
  let events: any EventSink
  let access: ClusterAccess

  package init(
    rack: Rack, shells: [String: any RootShell], events: any EventSink, access: ClusterAccess = .standard
  ) {
    self.rack = rack
    self.shells = shells
    self.events = events
    self.access = access
  }

  /// Observes again and again until every condition holds at every place (of `hosts`, if given).
  ///
  /// - Throws: ``HearthError`` with code `timedOut` that names the first condition which still does not hold.
  package func wait(
    for conditions: [HealthCondition], hosts: Set<String>? = nil, timeout: Duration
  ) async throws(HearthError) {
  }
}
