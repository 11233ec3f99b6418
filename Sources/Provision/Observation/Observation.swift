package import Diagnostics

/// What was seen on the hosts in one round trip each: real state, read just now, never a stamp or a cached hash.
package struct Observation: Sendable {
  package var hosts: [String: HostState]
  /// Hosts that could not be observed, or that somebody else holds.
  package var failures: [String: HearthError]

  package init(hosts: [String: HostState] = [:], failures: [String: HearthError] = [:]) {
    self.hosts = hosts
    self.failures = failures
  }
}
