import Diagnostics
import Foundation
package import Inventory
package import Provision
package import SSH
import Templates
import Untrusted

extension ClusterView {
  /// Asks every control-plane host of the inventory, all at once: one remote command each. What any other host may say of
  /// the cluster is not heard.
  ///
  /// - Parameters:
  ///   - facts: hosts on which hearth never was are not asked. A host's own facts tell whether it holds data of etcd.
  ///   - answers: what hosts have already said when they ran ``program(for:)``.
  package static func ask(
    rack: Rack, facts: [String: Facts], shells: [String: any RootShell], release: KubernetesRelease,
    answers known: [String: String] = [:]
  ) async -> ClusterView {
    let hosts = rack.controlPlane.map(\.name).filter { facts[$0]?.mayHoldControlPlane == true && shells[$0] != nil }
    let retired = rack.nodes.map(\.name).filter { facts[$0]?.holdsEtcdData == true && !hosts.contains($0) }
    guard !hosts.isEmpty, let program = try? program(release) else {
      return ClusterView(holders: Set(retired))
    }
    let asked = await concurrently(byKey: hosts.filter { known[$0] == nil }) { host in
      try? await shells[host]?.run(program, timeout: .seconds(30)).outputText
    }
    let answers = known.merging(asked.compactMapValues { $0 }) { $1 }
    var view = ClusterView(hosts.compactMap { host in answers[host].map { (host, $0) } }, mark: mark)
    let answered = view.holders
    view.holders.formUnion(retired)
    await view.askSilentMembers(
      ClusterAdmin(
        hosts: hosts.filter { view.member($0)?.isHealthy == true }.compactMap { shells[$0] },
        etcdctl: release.paths.etcdctl), besides: answered)
    return view
  }

  /// The program that each host runs for this; nil for versions of Kubernetes that hearth does not know.
  package static func program(for rack: Rack) -> String? {
    KubernetesRelease.of(rack.cluster).flatMap { try? program($0) }
  }

  /// Nothing that a host prints can know it beforehand.
  private static let mark = String(UInt64.random(in: .min ... .max), radix: 36)

  private static func program(_ release: KubernetesRelease) throws(HearthError) -> String {
    try Template("cluster/view.sh").render([
      "data": ClusterNode.etcdData, "mark": mark, "etcdctl": release.paths.etcdctl,
      "etcdctlCommand": ClusterAdmin.etcdctl(release.paths.etcdctl), "kubectl": Kubectl.admin,
    ])
  }

  /// Members whose hosts could not say so themselves may live all the same, such as those that the inventory no longer
  /// names, or names as workers.
  private mutating func askSilentMembers(_ admin: ClusterAdmin, besides answered: Set<String>) async {
    let silent = members.filter { !$0.isHealthy && $0.hasStarted && !answered.contains($0.name) }
    guard !silent.isEmpty else { return }
    let urls = silent.map(\.clientURL).joined(separator: ",")
    guard
      let result = try? await admin.etcdctl(
        ["--endpoints=\(urls)", "--dial-timeout=2s", "--command-timeout=2s", "endpoint", "health", "-w", "json"],
        answers: { !$0.standardOutput.isEmpty }),
      let all: [EtcdAnswer.Health] = Self.decode(result.standardOutput)
    else { return }
    let living = Set(all.filter(\.health).map(\.endpoint))
    for index in members.indices where living.contains(members[index].clientURL) { members[index].isHealthy = true }
  }
}

extension Facts {
  /// Remains of a control plane, living or not.
  var mayHoldControlPlane: Bool { holdsEtcdData || existingPaths.contains("/etc/kubernetes/admin.conf") }

  /// The host has, or had, a member of etcd.
  var holdsEtcdData: Bool { existingPaths.contains("\(ClusterNode.etcdData)/member") }

  /// This host was a full part of a cluster once.
  package var hasJoined: Bool { existingPaths.contains(ClusterNode.joinedMarkPath) }
}
