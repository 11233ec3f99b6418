import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates

extension ClusterNode {
  static let backupProgram = "/usr/local/lib/hearth/back-up"
  static let inventoryPath = "/etc/hearth/inventory.yaml"

  /// A backup every night, kept on each control-plane host.
  func backups(inventory: String?) throws(HearthError) -> [Resource] {
    let (service, timer) = ("hearth-backup.service", "hearth-backup.timer")
    let units = NodePath.units
    let program = try Template("backup/back-up").render([
      "etcdctl": release.paths.etcdctl, "snapshotTool": release.paths.snapshotTool,
      "authorityFiles": AuthorityFiles.names, "cluster": rack.cluster.name,
      "kubernetes": rack.cluster.kubernetes.description, "keep": rack.cluster.backup.keep,
    ])
    let calendar = try Template("backup/\(timer)").render(["hour": String(format: "%02d", rack.cluster.backup.hour)])
    var all: [Resource] = [
      .directory(.init(NodePath.backups, mode: 0o700)),
      .file(.init(Self.backupProgram, program, mode: 0o755)),
      .file(.init("\(units)/\(service)", try Template.text(of: "backup/\(service)"))),
      .file(.init("\(units)/\(timer)", calendar)),
      .unit(.init(timer, restartOn: ["\(units)/\(timer)"])),
    ]
    // For whoever takes the rack over, or restores it. Values from the environment are not in it.
    if let inventory { all.append(.file(.init(Self.inventoryPath, inventory, mode: 0o600))) }
    return all
  }
}
