import Diagnostics
import Provision
import Templates

/// Changes of etcd's members, made on a host that is one. Each step looks first, so that it can be repeated.
extension ClusterNode {
  private var etcdctl: [String] { ClusterAdmin.etcdctl(release.paths.etcdctl) }

  private static func announced(_ node: String) -> String { "etcd member \(node) announced" }
  private static func votes(_ node: String) -> String { "etcd member \(node) votes" }

  /// What an existing member does for one that joins.
  static func memberSteps(of node: String) -> Set<String> { [announced(node), votes(node)] }

  /// A new member is announced as a learner: it costs no vote while it catches up.
  func announce(_ join: MembershipPlan.Join) throws(HearthError) -> Resource {
    let url = EtcdMember.peerURL(of: join.address)
    return try member(
      Self.announced(join.node), "announce-member", ["name": join.node, "url": url],
      judge: { members in
        members.contains { $0.peerURL == url } ? [] : [FieldChange("member", from: nil, to: "\(join.node), learning")]
      })
  }

  /// It gets its vote when it has caught up.
  func promote(_ join: MembershipPlan.Join) throws(HearthError) -> Resource {
    let url = EtcdMember.peerURL(of: join.address)
    return try member(
      Self.votes(join.node), "promote-member", ["name": join.node, "url": url],
      judge: { members in
        let member = members.first { $0.peerURL == url }
        if let member, !member.isLearner, member.hasStarted { return [] }
        return [FieldChange("vote", from: member.map { _ in "none" }, to: "one")]
      })
  }

  /// The member itself may not be reachable at either address meanwhile.
  func readdress(_ moving: EtcdMember, to url: String) throws(HearthError) -> Resource {
    try member(
      "etcd member \(moving.name) at \(url)", "update-member", ["id": moving.id, "url": url],
      judge: { members in
        let found = members.first { $0.id == moving.id }
        return found?.peerURL == url ? [] : [FieldChange("peer URL", from: found?.peerURL, to: url)]
      })
  }

  func remove(_ departing: EtcdMember) throws(HearthError) -> Resource {
    let name = departing.name.isEmpty ? departing.address : departing.name
    return try member(
      "etcd member \(name) removed", "remove-member",
      ["name": name, "id": departing.id, "clientURL": departing.clientURL],
      judge: { members in
        members.contains { $0.id == departing.id } ? [FieldChange("member", from: name, to: nil)] : []
      })
  }

  /// - Parameter judge: given the members; etcd that does not answer is a difference too, so that the program says why.
  private func member(
    _ id: String, _ program: String, _ values: [String: Any?],
    judge: @escaping @Sendable ([EtcdMember]) -> [FieldChange]
  ) throws(HearthError) -> Resource {
    let etcdctl = etcdctl
    let script = try Template("etcd/\(program)").render(values.merging(["etcdctl": etcdctl]) { $1 })
    return .custom(
      .init(
        id, probe: "\(etcdctl.shellWords) --command-timeout=4s member list -w json",
        judge: { status, output in
          judge(status == 0 ? EtcdMember.list(json: output) ?? [] : [])
        },
        apply: { () throws(HearthError) in .init("set +e\n" + script, timeout: .seconds(240)) }))
  }
}
