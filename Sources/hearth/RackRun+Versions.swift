import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Provision
import SSH

/// What runs on the rack now, and what may not be done beside it.
extension RackRun {
  /// What runs now, by the words of every API server and of the nodes.
  func versions() async throws(HearthError) -> VersionSkew {
    let release = try release
    var servers: [String: KubernetesVersion] = [:]
    for node in rack.controlPlane {
      guard let shell = engine.currentShells[node.name] else { continue }
      let one = ClusterAdmin(hosts: [shell], etcdctl: release.paths.etcdctl)
      guard let text = try? await one.run("get --raw /version"), let range = text.range(of: "\"gitVersion\": \"") else {
        continue
      }
      servers[node.name] = KubernetesVersion(String(text[range.upperBound...].prefix { $0 != "\"" }))
    }
    var kubelets: [String: KubernetesVersion] = [:]
    let path = #"'{range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion}{"\n"}{end}'"#
    for line in try await admin().run("get nodes -o jsonpath=\(path)").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2 { kubelets[words[0]] = KubernetesVersion(words[1]) }
    }
    return VersionSkew(servers: servers, kubelets: kubelets)
  }

  /// Replacing running programs by another version, everywhere at once, is no `up`. Programs of the right version that are
  /// not what they should be are mended.
  func refuseUpgrade(_ plan: Plan) async throws {
    // A rack that was never complete has nothing to upgrade.
    guard session.survey.facts.values.contains(where: \.hasJoined) else { return }
    func hosts(updating paths: [String]) -> Set<String> {
      let ids = Set(paths.map { "file \($0)" })
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
  func installedVersions() async throws -> [String: Set<KubernetesVersion>] {
    let program = "for name in kubelet kube-apiserver; do /usr/local/bin/$name --version 2>/dev/null; done; :"
    let answers = await Fleet(shells: engine.currentShells, failures: [:]).run(program, timeout: .seconds(30))
    return answers.compactMapValues { try? $0.get().outputText }.mapValues { text in
      Set(text.matches(of: /Kubernetes (v\S+)/).compactMap { KubernetesVersion(String($0.output.1)) })
    }
  }

  /// A newcomer gets the version that the inventory names; the cluster must have come to it before.
  ///
  /// - Parameter newcomer: what still runs under its name does not matter.
  func refuseUnevenVersions(besides newcomer: String) async throws {
    let target = rack.cluster.kubernetes
    let servers = try await versions().servers.filter { $0.key != newcomer }
    guard let other = Set(servers.values).subtracting([target]).min() else { return }
    throw HearthError(
      .refused, "the cluster runs \(other) and the inventory names \(target), which a new node would get",
      hint: "run `hearth upgrade` first, or set `kubernetes: \(other)` for now")
  }

  /// Commands that stop etcd on one host after another ask before each. A member that was stopped before may need a moment.
  func refuseThinQuorum(stopping host: String) async throws {
    for attempt in 1...10 {
      guard let objection = Quorum.objection(stopping: host, among: await view().members) else { return }
      if attempt == 10 { throw objection }
      try await Task.sleep(for: .seconds(2))
    }
  }
}
