package import Artifacts
package import Diagnostics
import Inventory
package import PKI
package import Provision

extension ClusterBootstrap {
  /// The phases, in order. Hosts without facts take no part. There are few of them on purpose: a phase ends when its
  /// slowest host does.
  ///
  /// - Parameter software: by architecture; every architecture among ``nodes`` is needed.
  package func phases(
    authority: Authority, software: [Architecture: Software]
  ) throws(HearthErrors) -> [Phase] {
    try refuseOtherCluster(authority)
    do {
      return try makePhases(authority, software)
    } catch {
      throw HearthErrors([error])
    }
  }

  private func makePhases(
    _ authority: Authority, _ software: [Architecture: Software]
  ) throws(HearthError) -> [Phase] {
    var hosts: [ClusterNode] = []
    for node in nodes { hosts.append(try host(node, authority, software)) }
    guard
      let lead = hosts.first(where: { $0.isControlPlane && (membership.lead ?? $0.name) == $0.name })
    else { return [] }
    let joins = Dictionary(uniqueKeysWithValues: membership.joins.map { ($0.node, $0) })
    let conditions = ClusterConditions(
      rack: rack, release: release, nodes: nodes.filter { scope?.contains($0.name) != false })
    let objects = ClusterObjects(
      rack: rack, release: release, authority: authority, podRanges: podRanges, software: lead.software, nodes: nodes,
      forwarding: forwarding, dnsArchitecture: Self.dnsArchitecture(lead, hosts),
      serials: facts.compactMapValues { ClusterText.serial($0.serial) })
    let cluster = authority.cluster.fingerprint

    var deliveries: [String: [Resource]] = [:]
    var started: [String: [Resource]] = [:]
    var ready: [String: [Resource]] = [:]
    // A phase of its own: a host that carries the mark and has no Node counts as removed from the cluster, so nobody may
    // carry it before the cluster knows all Nodes.
    var joined: [String: [Resource]] = [:]
    for host in hosts {
      deliveries[host.name] = host.deliveries
      var all = host.trust() + host.credentials.map(\.resource) + [host.record(cluster: cluster)]
      if !host.isControlPlane { all.append(host.nodeCredential.resource) }
      all += try host.renewal()
      if host.isControlPlane { all += try host.backups(inventory: inventory) }
      all += try host.notices() + host.metrics()
      let joins = joins[host.name]
      if host.isControlPlane, joins == nil { all += try controlPlane(host) }
      // Kubelets take seconds until they ask for the API: they start now and try until it is there.
      all += try host.webAssembly() + host.runtime() + host.network() + host.balancer() + host.loadBalancer()
      all += try host.registries() + host.nodeFiles()
      all += try host.nodeUnits() + [host.settingsRecord()]
      if host.isControlPlane, joins == nil { all.append(try conditions.apiReady()) }
      // As early as can be: kube-proxies wait for it, ever longer between two tries.
      if host.name == lead.name { all += [try objects.accessResource()] }
      started[host.name] = Self.filesFirst(all)
      // What nothing uses any more goes after containerd has taken its new configuration.
      let wasm = host.webAssemblyCheck + [try host.formerWebAssembly()]
      ready[host.name] = wasm
      joined[host.name] = [host.joinedMark]
      guard host.isControlPlane else { continue }
      var last = joins == nil ? [] : [try conditions.apiReady()]
      if host.name == lead.name {
        last += [try objects.resource(), objects.formerAccess(), objects.formerRuntimeClass()].compactMap { $0 }
      }
      if rack.cluster.loadBalancer == nil, host.hasAddressPool { last += try objects.releasedAddresses() }
      last.append(try conditions.nodesReady())
      if release.stallsAfterColdStart {
        last += try host.controllerManager() + [conditions.evictionWorks()] + host.evictionCare()
      }
      if host.name == lead.name, rack.cluster.addons.dns != .none { last.append(try conditions.dnsReady()) }
      if host.name == lead.name { last += try objects.addOnResources(Self.catalogue(lead, hosts) + rendered(lead)) }
      ready[host.name] = last + wasm
    }
    let byName = Dictionary(uniqueKeysWithValues: hosts.map { ($0.name, $0) })
    return [
      Phase(.software, title: "Bring Kubernetes and its images to the hosts", resources: deliveries),
      Phase(.start, title: "Start the control plane and the nodes", resources: started),
    ] + (try joinPhases(byName, lead)) + [
      Phase(
        .cluster, title: "Fill the cluster and wait until everything serves", resources: ready, leaders: [lead.name]),
      Phase(.joined, title: "Mark the hosts as parts of the cluster", resources: joined, needs: [lead.name]),
    ] + (try departurePhases(byName, lead))
  }

  /// Whom the cluster's DNS asks for names of the world.
  package var forwarding: NameForwarding { NameForwarding(nodes.compactMap { facts[$0.name] }) }

  /// Images of hearth's own making have another name for each architecture; a pod names one.
  private static func dnsArchitecture(_ lead: ClusterNode, _ hosts: [ClusterNode]) -> Architecture? {
    architecture(of: { $0.dns }, lead, hosts)
  }

  private static func architecture(
    of image: (Software) -> Software.Image?, _ lead: ClusterNode, _ hosts: [ClusterNode]
  ) -> Architecture? {
    let reference = image(lead.software)?.reference
    return hosts.allSatisfy { image($0.software)?.reference == reference } ? nil : lead.facts.architecture
  }

  private func rendered(_ lead: ClusterNode) throws(HearthError) -> [AddOnManifests] {
    let all = addOns.map { lead.software.rendered[$0.name] ?? $0 }
    if let first = all.first(where: \.objects.isEmpty) {
      throw HearthError(.internalError, "the add-on \(first.name) was not rendered")
    }
    return all
  }

  /// The catalogue's add-ons that the inventory chooses, each behind those that it needs.
  private static func catalogue(_ lead: ClusterNode, _ hosts: [ClusterNode]) throws(HearthError) -> [AddOnManifests] {
    var all: [AddOnManifests] = []
    for addOn in lead.rack.cluster.addons.catalogue {
      if let shared = addOn.shared.first(where: { architecture(of: $0.image, lead, hosts) != nil }) {
        throw HearthError(
          .unsupported,
          "the add-on \(addOn.name) runs the image `\(shared.rawValue)` on every node, and here it has another name for "
            + "each architecture",
          hint:
            "name one image for all in \(ArtifactLock.fileName) beside the inventory; docs/reference/artifacts.md shows how"
        )
      }
      let only = addOn.images.lazy.compactMap { image in
        architecture(of: { $0.addOns[image.name] }, lead, hosts)
      }.first
      all.append(try addOn.manifests(rack: lead.rack, software: lead.software, onlyOn: only))
    }
    return all
  }

  /// etcd, API server and scheduler of a host, and its administrator's access; the controller manager, too, where it may
  /// start at once.
  func controlPlane(_ host: ClusterNode, _ join: MembershipPlan.Join? = nil) throws(HearthError) -> [Resource] {
    var all = try host.etcd(join) + host.apiServer() + host.scheduler()
    if !release.stallsAfterColdStart { all += try host.controllerManager() }
    all += try host.virtualAddress()
    return all + [try host.kubeconfig("admin", user: "hearth:\(host.name)", credential: "admin", server: .own)]
  }

  /// Files need nothing but their folders and owners, and systemd reads unit files again whenever one has changed: with
  /// all of them in place first, it does so once.
  static func filesFirst(_ resources: [Resource]) -> [Resource] {
    func isFile(_ resource: Resource) -> Bool {
      switch resource {
      case .file, .directory, .symlink, .user: true
      default: false
      }
    }
    return resources.filter(isFile) + resources.filter { !isFile($0) }
  }

  func host(
    _ node: Node, _ authority: Authority, _ software: [Architecture: Software]
  ) throws(HearthError) -> ClusterNode {
    let facts = facts[node.name] ?? Facts()
    guard let architecture = facts.architecture, let software = software[architecture] else {
      throw HearthError(
        .unsupported, "hearth has no software for this host's architecture (\(facts.machine))",
        subject: Subject(host: node.name), hint: "Install a 64-bit Debian or Raspberry Pi OS.")
    }
    return ClusterNode(
      rack: rack, node: node, facts: facts, release: release, podRanges: podRanges, authority: authority,
      software: software, registryAuthorities: registryAuthorities)
  }

  /// A host that belongs to a cluster of another authority must not be taken over by mistake.
  private func refuseOtherCluster(_ authority: Authority) throws(HearthErrors) {
    let known = authority.cluster.trustedFingerprints + authority.lineage
    let strangers = nodes.filter { records[$0.name].map { !known.contains($0.cluster) } ?? false }
    guard !strangers.isEmpty else { return }
    // Where every host disagrees, it is the keys that are of another day or rack.
    let areKeysOld = strangers.count == nodes.count(where: { records[$0.name] != nil })
    throw HearthErrors(
      strangers.map {
        HearthError(
          .refused, "this host belongs to another cluster than the keys at hand",
          subject: Subject(host: $0.name, file: NodeRecord.path),
          hint: areKeysOld
            ? "If the rack was made, or got new authorities, from another machine, fetch its keys of today."
            : "To let it join this one, clean it: everything that hearth put there is removed.",
          command: areKeysOld ? "hearth adopt" : "hearth reset --limit \($0.name.shellQuoted)")
      })
  }
}
