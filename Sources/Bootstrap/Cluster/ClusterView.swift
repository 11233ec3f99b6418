import Diagnostics
import Foundation
package import Inventory
package import Provision
package import Smoke
package import SSH
import Templates
import Untrusted

/// What the living control-plane hosts know of the cluster at one moment.
package struct ClusterView: Sendable, Equatable {
  package struct Node: Sendable, Equatable {
    package var name: String
    package var isReady = false
    package var isCordoned = false
    package var address = ""
    /// Of the system that registered; empty if none ever did.
    package var machineID = ""
    /// Of the board, where it has one.
    package var serial = ""
    package var podRange = ""
    package init(
      name: String, isReady: Bool = false, isCordoned: Bool = false, address: String = "", machineID: String = "",
      serial: String = "", podRange: String = ""
    ) {
      self.name = name
      self.isReady = isReady
      self.isCordoned = isCordoned
      self.address = address
      self.machineID = machineID
      self.serial = serial
      self.podRange = podRange
    }
  }

  /// Empty when no healthy member could be asked.
  package var members: [EtcdMember] = []
  /// Id of the member that leads.
  package var leader: String?
  /// Hosts that hold the data of a member, whether it runs or not.
  package var holders: Set<String> = []
  /// Hosts whose API server is ready.
  package var ready: Set<String> = []
  /// Nil when no API server answered.
  package var nodes: [Node]?
  /// Nil when no API server told.
  package var policies: UnenforcedPolicies?
  /// What people are told of them; nil without any.
  package var policyWarning: String? { policies?.sentence }
  /// What was told and is not used, because it is not what it should be: a sentence each.
  package var refused: [String] = []

  package init(
    members: [EtcdMember] = [], leader: String? = nil, holders: Set<String> = [], ready: Set<String> = [],
    nodes: [Node]? = nil
  ) {
    self.members = members
    self.leader = leader
    self.holders = holders
    self.ready = ready
    self.nodes = nodes
  }

  /// etcd answers, so its members are known.
  package var hasQuorum: Bool { !members.isEmpty }

  package func node(_ name: String) -> Node? { nodes?.first { $0.name == name } }

  /// By name, or by address where a member has not started and so has no name yet.
  package func member(_ name: String, address: String? = nil) -> EtcdMember? {
    members.first { $0.name == name } ?? members.first { $0.name.isEmpty && $0.address == address }
  }
}

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
  var mayHoldControlPlane: Bool { holdsEtcdData || existingPaths.contains(NodePath.adminKubeconfig) }

  /// The host has, or had, a member of etcd.
  var holdsEtcdData: Bool { existingPaths.contains("\(ClusterNode.etcdData)/member") }

  /// This host was a full part of a cluster once.
  package var hasJoined: Bool { existingPaths.contains(ClusterNode.joinedMarkPath) }
}
