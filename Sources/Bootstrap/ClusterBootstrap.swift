/// Bootstrap: Kubernetes on hosts, as pure functions from the rack, its facts and its keys to phases of resources.

package import Artifacts
package import Diagnostics
package import Inventory
package import PKI
package import Provision

/// A whole cluster as data: what each host must hold and in which order it comes to life.
///
/// ```swift
/// let bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
/// let authority = try store.load() ?? .create(cluster: rack.cluster.name)
/// let phases = try bootstrap.phases(authority: authority, files: files)
/// ```
package struct ClusterBootstrap: Sendable {
  package let rack: Rack
  /// Node name to what the host said; nodes that could not be reached are missing.
  package let facts: [String: Facts]

  /// - Throws: every reason why this rack cannot become a cluster: an unknown Kubernetes minor, a pod network that is
  ///   too small, two nodes that hold the same pod range.
  package init(rack: Rack, facts: [String: Facts]) throws(HearthErrors) {
    self.rack = rack
    self.facts = facts
  }

  /// Debian packages that the node needs before the first phase.
  package func packages(for node: Node) -> [String] { [] }

  /// The phases, in order. Hosts without facts take no part.
  ///
  /// - Parameter files: every artifact by its name and architecture, as in `kubelet-arm64`.
  package func phases(authority: Authority, files: [String: LocalFile]) throws(HearthErrors) -> [Phase] { [] }

  /// A kubeconfig for people: a client certificate of the group `hearth:admins`, good for a year.
  package func adminKubeconfig(authority: Authority) throws(HearthError) -> Secret<String> { Secret("") }
}
