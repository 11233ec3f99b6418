package import Diagnostics

/// Whether etcd keeps its majority over a change of its members. Everything here counts voters; learners have no vote.
package struct Quorum: Sendable, Equatable {
  package var voters: Int
  package var healthy: Int

  package init(voters: Int, healthy: Int) {
    self.voters = voters
    self.healthy = healthy
  }

  package init(_ members: [EtcdMember]) {
    let voters = members.filter { !$0.isLearner }
    self.init(voters: voters.count, healthy: voters.count(where: \.isHealthy))
  }

  /// Members that a majority takes.
  package var majority: Int { voters / 2 + 1 }
  package var holds: Bool { voters > 0 && healthy >= majority }
  /// How many healthy members may still fail.
  package var margin: Int { healthy - majority }

  /// Why this member may not be removed now, with the safe order; nil if it may.
  package static func objection(removing member: EtcdMember, from members: [EtcdMember]) -> HearthError? {
    guard !member.isLearner else { return nil }
    let now = Quorum(members)
    let others = members.filter { $0.id != member.id }
    let after = Quorum(others)
    let name = member.name.isEmpty ? member.address : member.name
    let subject = Subject(host: name)
    if after.voters == 0 {
      return HearthError(
        .refused, "\(name) is the last control-plane node; without it there is no cluster", subject: subject,
        hint: "make another node a control plane first (roles in the inventory, then `hearth up`); to end the cluster, "
          + "use `hearth reset`")
    }
    guard now.holds else {
      return HearthError(
        .refused, "etcd has lost its majority: \(now.healthy) of \(now.voters) members answer", subject: subject,
        hint: "bring members back first; if their disks are gone for good, use `hearth restore`")
    }
    guard !after.holds else { return nil }
    let dead = others.filter { !$0.isHealthy && !$0.isLearner }.map(\.name).sorted()
    return HearthError(
      .refused,
      "without \(name), \(after.healthy) of \(after.voters) etcd members would answer, and \(after.majority) are needed",
      subject: subject,
      hint: dead.isEmpty
        ? "add a control-plane node first"
        : "the safe order: bring \(dead.joined(separator: ", ")) back, or remove what is dead first "
          + "(`hearth node remove \(dead[0].shellQuoted)`), and then \(name)")
  }

  /// Why the etcd of this host may not be stopped for a moment now; nil if it may. One that is silent itself may: that is
  /// how it is repaired. With fewer than three voters every restart is a short pause of the whole cluster, and wanted.
  package static func objection(stopping name: String, among members: [EtcdMember]) -> HearthError? {
    guard let member = members.first(where: { $0.name == name }), !member.isLearner, member.isHealthy else {
      return nil
    }
    let now = Quorum(members)
    guard now.voters > 2, now.margin < 1 else { return nil }
    let dead = members.filter { !$0.isHealthy && !$0.isLearner }.map { $0.name.isEmpty ? $0.address : $0.name }.sorted()
    let silent = dead.joined(separator: ", ")
    return HearthError(
      .refused,
      "etcd on \(name) would be stopped for a moment, and without \(silent) that costs etcd its majority",
      subject: Subject(host: name),
      hint: "bring \(silent) back first, or take it out (`hearth node remove \(dead[0].shellQuoted)`)",
      command: "hearth status")
  }

  /// Why no voter may be added now; nil if one may. Adding while another is dead could leave no way back.
  package static func objection(adding name: String, to members: [EtcdMember]) -> HearthError? {
    let dead = members.filter { !$0.isHealthy && !$0.isLearner }
    guard let first = dead.first else { return nil }
    let known = first.name.isEmpty ? first.address : first.name
    return HearthError(
      .refused, "\(name) cannot join while the control-plane node \(known) does not answer",
      subject: Subject(host: name),
      hint:
        "bring \(known) back, or give it up first: `hearth node remove \(known.shellQuoted)`; new hardware of the same name "
        + "joins with `hearth node replace \(known.shellQuoted)`")
  }
}
