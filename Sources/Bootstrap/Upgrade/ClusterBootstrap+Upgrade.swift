package import Artifacts
package import Diagnostics
import Inventory
package import PKI
package import Provision
import Templates

extension ClusterBootstrap {
  /// The order in which a living cluster goes to the inventory's versions: etcd member by member, API server by API server,
  /// then what follows them, then nodes, drained. No step does anything where all is up to date already.
  ///
  /// - Parameters:
  ///   - packages: held packages that become what apt offers, each in its host's turn.
  ///   - atOnce: so many workers together; control-plane nodes always go one by one.
  package func upgradeSteps(
    authority: Authority, software: [Architecture: Software], packages: [PackageOffer] = [], atOnce: Int
  ) throws(HearthError) -> [UpgradeStep] {
    var hosts: [ClusterNode] = []
    for node in nodes { hosts.append(try host(node, authority, software)) }
    let planes = hosts.filter(\.isControlPlane)
    let conditions = ClusterConditions(rack: rack, release: release, nodes: nodes)
    var steps: [UpgradeStep] = []
    for host in planes {
      let programs =
        host.programs(["etcd", "etcdctl", "etcdutl"]) + Self.packages(packages.filter { $0.isEtcd }, on: host)
      steps.append(
        UpgradeStep(
          phase: Phase(
            "etcd-\(host.name)", title: "etcd on \(host.name)",
            resources: [host.name: programs + (try host.etcd()) + [try conditions.etcdHealthy()]]),
          stopsEtcd: true))
    }
    for host in planes {
      let programs = host.programs(["kube-apiserver", "kubectl"])
      steps.append(
        UpgradeStep(
          phase: Phase(
            "api-\(host.name)", title: "API server on \(host.name)",
            resources: [host.name: programs + (try host.apiServer()) + [try conditions.apiReady()]])))
    }
    var controllers: [String: [Resource]] = [:]
    for host in planes {
      controllers[host.name] =
        host.programs(["kube-controller-manager", "kube-scheduler"]) + (try host.controllerManager())
        + (try host.scheduler())
    }
    steps.append(
      UpgradeStep(
        phase: Phase("controllers", title: "Controller managers and schedulers", resources: controllers)))
    let workers = hosts.filter { !$0.isControlPlane }
    var batches = planes.map { [$0] }
    for start in stride(from: 0, to: workers.count, by: max(1, atOnce)) {
      batches.append(Array(workers[start..<min(start + max(1, atOnce), workers.count)]))
    }
    for batch in batches { steps.append(try nodeStep(batch, packages.filter { !$0.isEtcd })) }
    return steps
  }

  /// What apt offers for one host, as one installation.
  private static func packages(_ offers: [PackageOffer], on host: ClusterNode) -> [Resource] {
    let own = offers.filter { $0.host == host.name }
    guard !own.isEmpty else { return [] }
    return [.packages(.allHeld(own.map { "\($0.name)=\($0.candidate)" }))]
  }

  private func nodeStep(_ batch: [ClusterNode], _ packages: [PackageOffer]) throws(HearthError) -> UpgradeStep {
    let others: Set<String> = [
      "etcd", "etcdctl", "etcdutl", "kube-apiserver", "kubectl", "kube-controller-manager", "kube-scheduler",
    ]
    var resources: [String: [Resource]] = [:]
    for host in batch {
      let deliveries = host.deliveries.filter { resource in
        guard case .delivery(let delivery) = resource else { return true }
        return !others.contains(String(delivery.path.split(separator: "/").last ?? ""))
      }
      resources[host.name] =
        Self.packages(packages, on: host) + deliveries + (try host.runtime()) + (try host.nodeFiles())
        + (try host.nodeUnits())
    }
    let names = batch.map(\.name)
    return UpgradeStep(
      phase: Phase("node-\(names[0])", title: "kubelet on \(names.joined(separator: ", "))", resources: resources),
      drained: names)
  }
}

extension ClusterNode {
  /// Those of the host's programs that have these names.
  func programs(_ names: Set<String>) -> [Resource] {
    deliveries.filter { resource in
      guard case .delivery(let delivery) = resource else { return false }
      return names.contains(String(delivery.path.split(separator: "/").last ?? ""))
    }
  }
}

extension ClusterConditions {
  /// The member of the same host answers, and what it answers went through a quorum.
  func etcdHealthy() throws(HearthError) -> Resource {
    let command = ClusterAdmin.etcdctl(release.paths.etcdctl)
    return try condition(
      "etcd-healthy", probe: "\(command.shellWords) endpoint health 2>&1", wait: "wait-for-etcd",
      values: ["etcdctl": command],
      after: [Resource.unitID(ClusterNode.etcdUnit)],
      judge: { status, _ in status == 0 ? [] : [FieldChange("health", from: nil, to: "healthy")] })
  }
}

/// One part of an upgrade: some resources of some hosts, brought up to date before the next part is begun.
package struct UpgradeStep: Sendable {
  package var phase: Phase
  /// Nodes that are emptied of pods before, and take pods again after.
  package var drained: [String]

  /// The members of these hosts stop for a moment.
  package var stopsEtcd: Bool

  package init(phase: Phase, drained: [String] = [], stopsEtcd: Bool = false) {
    self.phase = phase
    self.drained = drained
    self.stopsEtcd = stopsEtcd
  }
}
