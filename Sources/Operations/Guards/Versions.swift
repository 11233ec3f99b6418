package import Bootstrap
package import Diagnostics
package import Inventory
import Preflight
package import Provision
import SSH
import Untrusted

/// What runs on the rack now, and what may not be done beside it.
extension RackPort {
  /// What runs now, by the words of every API server and of the nodes.
  package func versions() async throws(HearthError) -> VersionSkew {
    let release = try release
    var servers: [String: KubernetesVersion] = [:]
    for node in rack.controlPlane {
      guard let shell = shells[node.name] else { continue }
      let one = ClusterAdmin(hosts: [shell], etcdctl: release.paths.etcdctl)
      if let version = try? await one.serverVersion() { servers[node.name] = version }
    }
    return VersionSkew(servers: servers, kubelets: try await admin().kubeletVersions())
  }

  /// Replacing running programs by another version, everywhere at once, is no `up`. Programs of the right version that are
  /// not what they should be are corrected.
  package func refuseUpgrade(_ plan: Plan) async throws {
    // A rack that was never complete has nothing to upgrade.
    guard survey.facts.values.contains(where: \.hasJoined) else { return }
    func hosts(updating paths: [String]) -> Set<String> {
      let ids = Set(paths.map(Resource.fileID))
      let found = plan.phases.flatMap { phase in
        phase.hosts.filter { $0.value.contains { ids.contains($0.id) && $0.action == .update } }.keys
      }
      return Set(found)
    }
    let order = "`hearth upgrade` does it in order, node by node, and says what stands in its way"
    if !hosts(updating: ["/usr/local/bin/kube-apiserver", "/usr/local/bin/kubelet"]).isEmpty {
      let target = rack.cluster.kubernetes
      let running: Set<KubernetesVersion>
      if let skew = try? await versions() {
        running = Set(skew.servers.values).union(skew.kubelets.values)
      } else {
        running = Set(try await installedVersions().values.joined())
      }
      if let other = running.subtracting([target]).min() {
        throw HearthError(
          .refused, "the cluster runs \(other) and the inventory names \(target): this is an upgrade", hint: order)
      }
    }
    let etcd = hosts(updating: ["/usr/local/bin/etcd"])
    let beside = etcd.union(hosts(updating: ["/usr/local/bin/containerd", "/usr/local/sbin/runc"]))
    guard beside.count < 2 else {
      throw HearthError(
        .refused,
        "etcd, containerd or runc would be replaced on \(beside.count) hosts at once: this is an upgrade, although "
          + "Kubernetes stays as it is", hint: order)
    }
    for host in etcd { try await refuseThinQuorum(stopping: host) }
  }

  /// By the words of the programs that lie on the hosts; those that are missing or damaged say nothing.
  package func installedVersions() async throws -> [String: Set<KubernetesVersion>] {
    let program = "for name in kubelet kube-apiserver; do /usr/local/bin/$name --version 2>/dev/null; done; :"
    let answers = await Fleet(shells: shells, failures: [:]).run(program, timeout: .seconds(30))
    return answers.compactMapValues { try? $0.get().outputText }.mapValues { text in
      Set(text.matches(of: /Kubernetes (v\S+)/).compactMap { KubernetesVersion(String($0.output.1)) })
    }
  }

  /// A newcomer gets the version that the inventory names; the cluster must have come to it before.
  ///
  /// - Parameter newcomer: what still runs under its name does not matter.
  package func refuseUnevenVersions(besides newcomer: String) async throws {
    let target = rack.cluster.kubernetes
    let servers = try await versions().servers.filter { $0.key != newcomer }
    guard let other = Set(servers.values).subtracting([target]).min() else { return }
    throw HearthError(
      .refused, "the cluster runs \(other) and the inventory names \(target), which a new node would get",
      hint: "run `hearth upgrade` first, or set `kubernetes: \(other)` for now")
  }

  /// Commands that stop etcd on one host after another ask before each. A member that was stopped before may need a moment.
  package func refuseThinQuorum(stopping host: String) async throws {
    for attempt in 1...10 {
      guard let objection = Quorum.objection(stopping: host, among: await view().members) else { return }
      if attempt == 10 { throw objection }
      try await clock.sleep(for: .seconds(2))
    }
  }
}

extension RackPort {
  /// Before anything is changed: hosts whose ports the others do not reach would only be waited for.
  package func refuseUnreachablePorts() async throws(HearthErrors) {
    let attempts = await Reachability.attempts(rack, shells: shells)
    let findings = Reachability.findings(attempts, rack: rack)
    guard !findings.isEmpty else { return }
    throw HearthErrors(
      findings.map {
        HearthError(
          .unsupported, "\($0.title): \($0.detail)", subject: Subject(host: $0.host, step: "check"), hint: $0.remedy)
      })
  }
}
