package import Diagnostics
import Foundation
import Inventory
package import Provision
import Templates

extension ClusterBootstrap {
  /// Stops the cluster everywhere and rebuilds every etcd member from one snapshot. What follows is an ordinary `up`.
  ///
  /// - Parameter id: of this restore. Hosts remember it: what was done is not done twice when the run is repeated.
  package func restorePhases(
    id: String, _ archive: BackupArchive
  ) throws(HearthError) -> [Phase] {
    var stop: [String: [Resource]] = [:]
    var restore: [String: [Resource]] = [:]
    let members = rack.controlPlane.map { "\($0.name)=https://\($0.address):2380" }.joined(separator: ",")
    for node in nodes {
      let isControlPlane = node.roles.contains(.controlPlane)
      let program = try Template("backup/stop-for-restore").render(["id": id, "isControlPlane": isControlPlane])
      stop[node.name] = [
        Self.step("cluster stopped", id, probe: "cat /var/lib/hearth/restored", .init(program, timeout: .seconds(300)))
      ]
      guard isControlPlane else { continue }
      let snapshot = "/var/lib/hearth/backups/restored.snapshot"
      let making = try Template("backup/restore-etcd").render([
        "id": id, "tool": release.paths.snapshotTool, "snapshot": snapshot, "name": node.name, "members": members,
        "token": "\(rack.cluster.name)-\(id)", "peerURL": EtcdMember.peerURL(of: node.address.description),
        "flags": release.restoreFlags,
      ])
      restore[node.name] = [
        .directory(.init("/var/lib/hearth", mode: 0o700)),
        .directory(.init(NodePath.backups, mode: 0o700)),
        .delivery(.init(snapshot, archive.snapshot, mode: 0o600)),
        .user(.init("etcd", home: NodePath.etcdHome)),
        .directory(.init(NodePath.etcdHome, mode: 0o700, owner: "etcd:etcd")),
        Self.step(
          "etcd from the backup", id, probe: "[ -d \(ClusterNode.etcdData)/member ] && cat /var/lib/etcd/.restored",
          .init(making, timeout: .seconds(600))),
      ]
    }
    let planes = Set(restore.keys)
    return [
      Phase("stop", title: "Stop the cluster", resources: stop),
      Phase("restore", title: "Rebuild etcd from the backup", resources: restore, needs: planes),
    ]
  }

  private static func step(_ name: String, _ id: String, probe: String, _ program: Resource.Program) -> Resource {
    .custom(
      .init(
        name, probe: probe,
        judge: { _, output in
          let found = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
          return found == id ? [] : [FieldChange("restore", from: nil, to: id)]
        },
        apply: { () throws(HearthError) in program }))
  }
}

extension KubernetesRelease {
  /// Where etcd can, it leaps ahead of every revision that anybody may remember, and forgets those before: watches of the
  /// old state then end instead of waiting. Elsewhere everything that watches is restarted, see `stop-for-restore`.
  var restoreFlags: [String] {
    source == .upstream ? ["--bump-revision=1000000000", "--mark-compacted"] : []
  }
}

extension Facts {
  /// For a restore, which needs no living etcd to take the host in.
  package var asNeverJoined: Facts {
    var facts = self
    facts.existingPaths.remove(ClusterNode.joinedMarkPath)
    return facts
  }
}

/// What a restore loses, in words. etcd's revision counts every change since the cluster began.
package struct RestoreLoss: Sendable, Equatable {
  package var backup: Int
  /// Of the etcd that still lives; nil when none does.
  package var living: Int?

  package init(backup: Int, living: Int?) {
    self.backup = backup
    self.living = living
  }

  package var text: String {
    guard let living else {
      return "What was written after that is lost; how much cannot be told, since no etcd answers."
    }
    let changes = living - backup
    if changes <= 0 { return "Nothing was written after that." }
    return "\(changes) change\(changes == 1 ? "" : "s") that were written after that are lost."
  }
}
