package import Diagnostics
import Foundation
import Provision
import SSH

/// Whether a node that cannot be logged in to still works. The API server believes in a dead node for a while; its
/// kubelet renews its lease with every heartbeat, and that tells sooner.
package struct LeaseProbe: Sendable {
  let admin: ClusterAdmin

  package init(admin: ClusterAdmin) { self.admin = admin }

  /// True as soon as the lease is renewed; false when it was not for longer than a kubelet ever waits.
  package func isRenewing(
    _ node: String, within limit: Duration, clock: some Clock<Duration> = ContinuousClock()
  ) async throws(HearthError) -> Bool {
    let first = try await renewal(node)
    for await look in clock.looks(every: .seconds(1), for: limit) where look > 0 {
      let now = try await renewal(node)
      if !now.isEmpty, now != first { return true }
    }
    if Task.isCancelled { throw HearthError(.cancelled, "stopped before anything was changed") }
    return false
  }

  private func renewal(_ node: String) async throws(HearthError) -> String {
    try await admin.run([
      "-n", "kube-node-lease", "get", "lease", node, "--ignore-not-found", "-o", "jsonpath={.spec.renewTime}",
    ])
  }
}
