/// Bootstrap: Kubernetes on hosts, as pure functions from the rack, its facts and its keys to phases of resources.

package import Diagnostics
package import Inventory
package import PKI
package import Preflight
package import Provision

/// A whole cluster as data: what each host must hold and in which order it comes to life.
///
/// ```swift
/// let bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
/// let phases = try bootstrap.phases(authority: authority, software: software)
/// ```
package struct ClusterBootstrap: Sendable {
  package let rack: Rack
  /// Node name to what the host said; nodes that could not be reached are missing.
  package let facts: [String: Facts]
  package let release: KubernetesRelease
  package let podRanges: PodRanges
  let records: [String: NodeRecord]
  /// Nodes that this run is about; nil means all. Others are not waited for.
  let scope: Set<String>?
  /// Who joins etcd and who leaves it.
  package let membership: MembershipPlan
  /// The inventory as its owner wrote it, kept on the control-plane hosts for whoever takes the rack over.
  package var inventory: String?
  /// The owner's own add-ons, in the order of their needs.
  package var addOns: [AddOnManifests] = []
  /// Name of a registry to the certificate of its authority, in PEM.
  package var registryAuthorities: [String: String] = [:]

  /// - Throws: every reason why this rack cannot become a cluster: an unknown Kubernetes minor, a pod network that is
  ///   too small, two nodes that hold the same pod range, no control-plane host that answers.
  ///
  /// - Parameter scope: as of ``MembershipPlan``.
  package init(
    rack: Rack, facts: [String: Facts], view: ClusterView = ClusterView(), scope: Set<String>? = nil
  ) throws(HearthErrors) {
    guard let release = KubernetesRelease.of(rack.cluster) else {
      throw HearthErrors([
        HearthError(
          .inventory, "Kubernetes \(rack.cluster.kubernetes) cannot be installed",
          hint: "Set `cluster.kubernetes` to a release of \(KubernetesVersion.supportedList).")
      ])
    }
    self.rack = rack
    self.facts = facts
    self.release = release
    self.scope = scope
    records = facts.compactMapValues { NodeRecord($0.nodeRecord) }
    podRanges = try PodRanges(rack: rack, records: records)
    guard rack.controlPlane.contains(where: { facts[$0.name] != nil }) else {
      throw HearthErrors([
        HearthError(
          .unreachable, "no control-plane host answers",
          hint: "Bring one of these up first: \(rack.controlPlane.map(\.name).joined(separator: ", ")).")
      ])
    }
    membership = try MembershipPlan(rack: rack, facts: facts, view: view, scope: scope)
  }

  /// The rack's nodes that take part in this run, in the inventory's order.
  package var nodes: [Node] { rack.nodes.filter { facts[$0.name] != nil } }

  /// Packages and masks that each host needs before the first phase, by node name.
  package var needs: [String: HostNeeds] {
    Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, needs(of: $0)) })
  }

  private func needs(of node: Node) -> HostNeeds {
    let isControlPlane = node.roles.contains(.controlPlane)
    let held = release.heldPackages(isControlPlane: isControlPlane)
    let carriesAddress =
      isControlPlane && rack.cluster.endpoint?.virtualAddress != nil || rack.cluster.loadBalancer != nil
    let isMeasured = rack.cluster.metrics.nodeExporter
    let others = (carriesAddress ? ["keepalived"] : []) + (isMeasured ? [ClusterNode.exporterPackage] : [])
    return HostNeeds(
      packages: .init(release.debianPackages + others + held, held: held),
      maskedUnits: ["haproxy.service"] + (held.contains("etcd-server") ? ["etcd.service"] : [])
        + (isMeasured ? [ClusterNode.exporterPackageUnit] : []))
  }

  /// A kubeconfig for the operator: a client certificate of the group `hearth:admins`, valid for a year.
  package static func adminKubeconfig(rack: Rack, authority: Authority) throws(HearthError) -> Secret<String> {
    try kubeconfig(
      of: "\(rack.cluster.name)-admin", group: .admin, days: 365, rack: rack, authority: authority)
  }

  /// A kubeconfig for one person. Kubernetes cannot withdraw a certificate: it opens what the group may do until it ends, or
  /// until the authorities are replaced.
  ///
  /// - Parameters:
  ///   - name: the user's name in the audit log.
  ///   - days: how long the certificate is valid, from now.
  package static func kubeconfig(
    of name: String, group: PersonalGroup, days: Int, rack: Rack, authority: Authority
  ) throws(HearthError) -> Secret<String> {
    let endpoint = rack.cluster.endpoint
    let host = endpoint?.host ?? rack.controlPlane.first?.address.description ?? "127.0.0.1"
    return try EmbeddedKubeconfig(
      cluster: rack.cluster.name, server: "https://\(host):\(endpoint?.port ?? 6443)",
      user: name, group: group.organization, days: days
    ).text(authority: authority)
  }
}
