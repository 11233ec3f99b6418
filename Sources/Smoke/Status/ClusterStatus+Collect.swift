package import Inventory
package import SSH

extension ClusterStatus {
  /// Asks every host once, side by side. A host that does not answer is part of the status and not an error.
  package static func collect(
    rack: Rack, shells: [String: any RootShell], access: ClusterAccess = .standard
  ) async -> ClusterStatus {
    ClusterStatus(cluster: rack.cluster.name, hosts: [], addOns: [], conditions: [], warnings: [])
  }

  /// The status as lines for a terminal.
  package func lines() -> [String] { [] }
}
