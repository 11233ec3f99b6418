package import Diagnostics
package import Inventory
package import Provision

/// Which hosts must join etcd and which must leave it, in an order that never risks the majority: joins one after the
/// other, each as a learner first, then departures one after the other.
package struct MembershipPlan: Sendable, Equatable {
  /// A host that joins a living etcd.
  package struct Join: Sendable, Equatable {
    package var node: String
    package var address: String
    /// `NAME=PEER-URL` of all members at that time, the new one among them, as etcd wants it.
    package var initialCluster: String
  }

  package var joins: [Join] = []
  /// Members whose hosts stay, but no longer as control planes.
  package var departures: [EtcdMember] = []
  /// The host on whose word the members stand: a healthy voter that stays. Nil for a cluster that begins.
  package var lead: String?

  package init(joins: [Join] = [], departures: [EtcdMember] = [], lead: String? = nil) {
    self.joins = joins
    self.departures = departures
    self.lead = lead
  }

  /// - Parameter scope: nodes whose membership is looked at, and may change; nil means all. The others stay what they are.
  ///
  /// - Throws: every reason why this cannot be done safely, each with the command that helps.
  package init(
    rack: Rack, facts: [String: Facts], view: ClusterView, scope: Set<String>? = nil
  ) throws(HearthErrors) {
    let reachable = Set(facts.keys)
    func isMeant(_ node: Node) -> Bool { reachable.contains(node.name) && scope?.contains(node.name) != false }
    let meant = rack.nodes.filter(isMeant)
    var errors = Self.remains(meant, facts, view)
    guard view.hasQuorum else {
      if errors.isEmpty { errors = Self.lost(meant, facts, view) }
      guard errors.isEmpty else { throw HearthErrors(errors) }
      return
    }
    let staying = rack.controlPlane.map(\.name)
    lead =
      (staying.compactMap { name in view.members.first { $0.name == name } })
      .first { $0.isHealthy && !$0.isLearner && reachable.contains($0.name) }?.name
    guard lead != nil else {
      throw HearthErrors([
        HearthError(
          .refused, "no control-plane node of the inventory is a living member of etcd now",
          hint: "keep one of these as a control plane: \(view.members.map(\.name).joined(separator: ", "))")
      ])
    }
    var members = view.members
    for node in rack.controlPlane where isMeant(node) {
      let address = node.address.description
      if let member = view.member(node.name, address: address), member.hasStarted, !member.isLearner { continue }
      if let objection = Quorum.objection(adding: node.name, to: members.filter { $0.address != address }) {
        errors.append(objection)
        continue
      }
      members.removeAll { $0.address == address }
      members.append(
        EtcdMember(id: "", name: node.name, peerURL: EtcdMember.peerURL(of: address), clientURL: "", isHealthy: true))
      let list = members.map { "\($0.name.isEmpty ? Self.name(at: $0.address, rack) : $0.name)=\($0.peerURL)" }
      joins.append(Join(node: node.name, address: address, initialCluster: list.joined(separator: ",")))
    }
    // Living ones that stay as workers; who left the inventory is asked about and goes by `node remove`.
    for node in meant where !node.roles.contains(.controlPlane) {
      guard let member = members.first(where: { $0.name == node.name }) else { continue }
      if let objection = Quorum.objection(removing: member, from: members) {
        errors.append(objection)
        continue
      }
      members.removeAll { $0.id == member.id }
      departures.append(member)
    }
    guard errors.isEmpty else { throw HearthErrors(errors) }
  }

  /// A host joins etcd, and leaves it, by what is done there and by what its lead does for it: one without the other would
  /// take data away from a member that still counts.
  ///
  /// - Parameter hosts: those that take part.
  package func objections(limitedTo hosts: Set<String>, of rack: Rack) -> [HearthError] {
    guard let lead, !hosts.contains(lead) else { return [] }
    let all = rack.nodes.map(\.name).filter { hosts.contains($0) || $0 == lead }
    return (joins.map { ($0.node, "joins") } + departures.map { ($0.name, "leaves") }).map { name, verb in
      HearthError(
        .refused, "\(name) \(verb) etcd, and \(lead) has its part in that, which --limit leaves out",
        subject: Subject(host: name), hint: "take \(lead) along, or give no --limit at all",
        command: "hearth up --limit \(all.joined(separator: ",").shellQuoted)")
    }
  }

  private static func name(at address: String, _ rack: Rack) -> String {
    rack.nodes.first { $0.address.description == address }?.name ?? address
  }

  /// Hosts whose disks tell another story than etcd and the API server do.
  private static func remains(
    _ nodes: [Node], _ facts: [String: Facts], _ view: ClusterView
  ) -> [HearthError] {
    nodes.compactMap { node in
      guard let own = facts[node.name] else { return nil }
      let subject = Subject(host: node.name)
      let member = view.member(node.name, address: node.address.description)
      let holds = view.holders.contains(node.name)
      // A worker now, whose run was ended between its member and its data: the next run goes on.
      let isRetiring =
        !node.roles.contains(.controlPlane) && own.nodeRecord != nil && view.node(node.name)?.machineID == own.machineID
      if view.hasQuorum, holds, member == nil, !isRetiring {
        return HearthError(
          .refused, "this host holds the data of an etcd member that is not part of the cluster (any more)",
          subject: subject, hint: "clean it, then run hearth again; everything that hearth put there is removed",
          command: "hearth reset --limit \(node.name.shellQuoted)")
      }
      if view.hasQuorum, !holds, let member, member.hasStarted, own.nodeRecord == nil {
        return replaced(node, subject)
      }
      guard let known = view.node(node.name), !known.machineID.isEmpty else {
        guard view.nodes != nil, own.hasJoined, !holds else { return nil }
        return HearthError(
          .refused, "this host was part of the cluster, but the cluster has removed it", subject: subject,
          hint: "clean it, then run hearth again; everything that hearth put there is removed",
          command: "hearth reset --limit \(node.name.shellQuoted)")
      }
      return own.nodeRecord == nil && known.machineID != own.machineID ? replaced(node, subject) : nil
    }
  }

  private static func replaced(_ node: Node, _ subject: Subject) -> HearthError {
    HearthError(
      .refused, "\(node.name) is part of the cluster, but this host was reinstalled: it has none of its files",
      subject: subject, hint: "if it takes the place of the old one, say so",
      command: "hearth node replace \(node.name.shellQuoted)")
  }

  /// etcd does not answer. That is fine while a cluster begins, or where all members only wait to be started.
  private static func lost(_ nodes: [Node], _ facts: [String: Facts], _ view: ClusterView) -> [HearthError] {
    guard facts.values.contains(where: \.hasJoined) else { return [] }
    let without = nodes.filter { $0.roles.contains(.controlPlane) && !view.holders.contains($0.name) }
    return without.map { node in
      HearthError(
        .refused, "etcd does not answer, and this control-plane host does not hold its data",
        subject: Subject(host: node.name),
        hint: view.holders.isEmpty
          ? "the cluster's data is not on any host that answers: bring the old control-plane host back, or use "
            + "`hearth restore`; to begin again, clean all hosts with `hearth reset`"
          : "etcd needs a majority to take a new member: bring the others back "
            + "(data is on \(view.holders.sorted().joined(separator: ", "))), or use `hearth restore`")
    }
  }
}
