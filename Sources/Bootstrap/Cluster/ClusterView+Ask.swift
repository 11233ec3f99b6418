import Diagnostics
import Foundation
package import Inventory
package import Provision
package import SSH
import Templates

extension ClusterView {
  /// Asks every host that has or had a part of the control plane, all at once: one remote command each.
  ///
  /// - Parameters:
  ///   - facts: hosts on which hearth never was are not asked.
  ///   - answers: what hosts have already said when they ran ``program(for:)``.
  package static func ask(
    rack: Rack, facts: [String: Facts], shells: [String: any RootShell], release: KubernetesRelease,
    answers known: [String: String] = [:]
  ) async -> ClusterView {
    let hosts = rack.nodes.map(\.name).filter { facts[$0]?.mayHoldControlPlane == true && shells[$0] != nil }
    guard !hosts.isEmpty, let program = try? program(release) else { return ClusterView() }
    let answers = await withTaskGroup(of: (String, String?).self) { group in
      for host in hosts {
        guard known[host] == nil, let shell = shells[host] else { continue }
        group.addTask { (host, try? await shell.run(program, timeout: .seconds(30)).outputText) }
      }
      var answers = known
      for await (host, text) in group { answers[host] = text }
      return answers
    }
    var view = ClusterView(hosts.compactMap { host in answers[host].map { (host, $0) } })
    await view.askSilentMembers(
      ClusterAdmin(
        hosts: hosts.filter { view.member($0)?.isHealthy == true }.compactMap { shells[$0] },
        etcdctl: release.paths.etcdctl))
    return view
  }

  /// The program that each host runs for this; nil for versions of Kubernetes that hearth does not know.
  package static func program(for rack: Rack) -> String? {
    KubernetesRelease.of(rack.cluster.kubernetes).flatMap { try? program($0) }
  }

  private static func program(_ release: KubernetesRelease) throws(HearthError) -> String {
    try Template("cluster/view.sh").render([
      "data": ClusterNode.etcdData, "etcdctl": release.paths.etcdctl,
      "etcdctlCommand": ClusterAdmin.etcdctl(release.paths.etcdctl),
    ])
  }

  /// Members whose hosts could not say so themselves may live all the same, such as those that the inventory no longer
  /// names.
  private mutating func askSilentMembers(_ admin: ClusterAdmin) async {
    let silent = members.filter { !$0.isHealthy && $0.hasStarted && !holders.contains($0.name) }
    guard !silent.isEmpty else { return }
    let urls = silent.map(\.clientURL).joined(separator: ",")
    guard
      let result = try? await admin.etcdctl(
        "--endpoints=\(urls) --dial-timeout=2s --command-timeout=2s endpoint health 2>&1 || :")
    else { return }
    let living = result.outputText.split(separator: "\n").filter { $0.contains("is healthy") }
    for index in members.indices where living.contains(where: { $0.hasPrefix(members[index].clientURL) }) {
      members[index].isHealthy = true
    }
  }
}

extension Facts {
  /// Remains of a control plane, living or not.
  var mayHoldControlPlane: Bool {
    existingPaths.contains("\(ClusterNode.etcdData)/member") || existingPaths.contains("/etc/kubernetes/admin.conf")
  }

  /// This host was a full part of a cluster once.
  package var hasJoined: Bool { existingPaths.contains(ClusterNode.joinedMarkPath) }
}
