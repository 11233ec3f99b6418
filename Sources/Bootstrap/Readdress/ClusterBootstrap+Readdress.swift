package import Artifacts
package import Diagnostics
import Inventory
package import PKI
package import Provision
import Templates
import Untrusted

/// etcd's members find each other by address. These phases keep them together while the addresses change, one member at a
/// time.
extension ClusterBootstrap {
  /// Lets members that have moved be found at their old addresses for a while, so that they have their majority again.
  ///
  /// - Parameter moves: of control-plane hosts; hosts that stayed need the ways to them, too.
  package func bridge(_ moves: [NodeMove]) throws(HearthError) -> Phase {
    var resources: [String: [Resource]] = [:]
    for node in nodes where node.roles.contains(.controlPlane) {
      let others = moves.filter { $0.node != node.name }
      let own = moves.first { $0.node == node.name }?.from.description
      let wanted = (own.map { ["own \($0)"] } ?? []) + others.map { "other \($0.from) \($0.to)" }
      let program = try Template("readdress/bridge").render([
        "own": own,
        "others": others.map { ["old": $0.from.description, "new": $0.to.description] },
      ])
      resources[node.name] = [
        try Self.bridgeResource("old addresses of etcd", program) { found in
          wanted.filter { !found.contains($0) }.map { FieldChange("way", from: nil, to: $0) }
        }
      ]
    }
    return Phase("bridge", title: "Let etcd's members find each other at their old addresses", resources: resources)
  }

  /// What ``bridge(_:)`` made is taken away.
  package func unbridge() throws(HearthError) -> Phase {
    let program = try Template.text(of: "readdress/unbridge")
    var resources: [String: [Resource]] = [:]
    for node in nodes where node.roles.contains(.controlPlane) {
      resources[node.name] = [
        try Self.bridgeResource("no old addresses", program) { found in
          found.map { FieldChange("way", from: $0, to: nil) }
        }
      ]
    }
    return Phase("unbridge", title: "Forget the old addresses", resources: resources)
  }

  private static func bridgeResource(
    _ name: String, _ program: String, judge: @escaping @Sendable (_ found: [String]) -> [FieldChange]
  ) throws(HearthError) -> Resource {
    .custom(
      .init(
        name, probe: try Template.text(of: "readdress/bridge-state"),
        judge: { _, output in judge(String(decoding: output, as: UTF8.self).filledLines) },
        apply: { () throws(HearthError) in .init(program, timeout: .seconds(60)) }))
  }

  /// Tells etcd where a member is from now on. Said by a host whose member is healthy.
  package func announceMove(
    of member: EtcdMember, to url: String, from speaker: String, authority: Authority,
    software: [Architecture: Software]
  ) throws(HearthError) -> Phase {
    let title = "Tell etcd the new address of \(member.name)"
    guard let node = nodes.first(where: { $0.name == speaker }) else {
      return Phase("member-\(member.name)", title: title, resources: [:])
    }
    return Phase(
      "member-\(member.name)", title: title,
      resources: [speaker: [try host(node, authority, software).readdress(member, to: url)]])
  }

  /// Everything of one control-plane host that has its address in it: certificates, etcd, API server, node.
  package func readdress(
    _ name: String, authority: Authority, software: [Architecture: Software]
  ) throws(HearthErrors) -> Phase {
    let start = try phases(authority: authority, software: software).first { $0.id == .start }?.resources[name] ?? []
    do throws(HearthError) {
      let conditions = ClusterConditions(rack: rack, release: release, nodes: nodes)
      return Phase(
        "address-\(name)", title: "Bring the control plane of \(name) to its new address",
        resources: [name: Self.filesFirst(start) + [try conditions.etcdHealthy()]])
    } catch {
      throw HearthErrors([error])
    }
  }
}
