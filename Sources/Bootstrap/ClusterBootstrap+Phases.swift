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
    guard let lead = hosts.first(where: \.isControlPlane) else { return [] }
    let conditions = ClusterConditions(rack: rack, release: release, nodes: nodes)
    let objects = ClusterObjects(
      rack: rack, release: release, authority: authority, podRanges: podRanges, software: lead.software, nodes: nodes)
    let cluster = authority.cluster.fingerprint

    var deliveries: [String: [Resource]] = [:]
    var started: [String: [Resource]] = [:]
    var ready: [String: [Resource]] = [:]
    for host in hosts {
      deliveries[host.name] = host.deliveries
      var all = host.trust() + host.credentials.map(\.resource) + [host.record(cluster: cluster)]
      if host.isControlPlane {
        all += try host.etcd() + host.apiServer() + host.scheduler()
        if !release.stallsAfterColdStart { all += try host.controllerManager() }
        all.append(
          try host.kubeconfig("admin", user: "hearth:\(host.name)", credential: "admin", server: .own))
      }
      // Kubelets take seconds until they ask for the API: they start now and try until it is there.
      all += try host.webAssembly() + host.runtime() + host.network() + host.balancer() + host.nodeFiles() + host.nodeUnits
      if host.isControlPlane { all.append(try conditions.apiReady()) }
      started[host.name] = Self.filesFirst(all)
      guard host.isControlPlane else {
        ready[host.name] = host.webAssemblyCheck
        continue
      }
      var last = host.name == lead.name ? [try objects.resource()] : []
      last.append(try conditions.nodesReady())
      if release.stallsAfterColdStart { last += try host.controllerManager() + [conditions.evictionWorks()] }
      if host.name == lead.name, rack.cluster.addons.dns != .none { last.append(try conditions.dnsReady()) }
      ready[host.name] = last + host.webAssemblyCheck
    }
    return [
      Phase("software", title: "Bring Kubernetes and its images to the hosts", resources: deliveries),
      Phase("start", title: "Start the control plane and the nodes", resources: started),
      Phase("cluster", title: "Fill the cluster and wait until everything serves", resources: ready),
    ]
  }

  /// Files need nothing but their folders and owners, and systemd reads unit files anew whenever one has changed: with
  /// all of them in place first, it does so once.
  private static func filesFirst(_ resources: [Resource]) -> [Resource] {
    func isFile(_ resource: Resource) -> Bool {
      switch resource {
      case .file, .directory, .symlink, .user: true
      default: false
      }
    }
    return resources.filter(isFile) + resources.filter { !isFile($0) }
  }

  private func host(
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
      software: software)
  }

  /// A host that belongs to a cluster of another authority must not be taken over by mistake.
  private func refuseOtherCluster(_ authority: Authority) throws(HearthErrors) {
    let cluster = authority.cluster.fingerprint
    let strangers = nodes.filter { records[$0.name].map { $0.cluster != cluster } ?? false }
    guard !strangers.isEmpty else { return }
    throw HearthErrors(
      strangers.map {
        HearthError(
          .refused, "this host belongs to another cluster than the keys at hand",
          subject: Subject(host: $0.name, file: NodeRecord.path),
          hint: "Take the right keys from the cluster: move this rack's `pki` folder away and run hearth again. "
            + "To give the host up to this cluster, remove the file and /var/lib/etcd on it.",
          command: "sudo cat \(NodeRecord.path)")
      })
  }
}
