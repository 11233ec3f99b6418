package import Bootstrap
package import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import SSH
import Untrusted

/// The whole cluster goes into one encrypted file on this machine, and is read back from it.
package struct Backup {
  let port: any RackPort

  package init(_ port: any RackPort) { self.port = port }

  /// Takes a fresh backup on a control-plane host and brings it here, encrypted and read back.
  ///
  /// - Returns: the encrypted file on this machine, and what it holds.
  package func run(
    into folder: String, passphrase: Secret<String>
  ) async throws(HearthError) -> (String, BackupManifest) {
    let (shell, path) = try await backUp()
    let name = (path as NSString).lastPathComponent
    try Folders.create(folder)
    // Left by versions that unpacked backups into it.
    try? FileManager.default.removeItem(atPath: "\(port.stateFolder)/backup-work")
    guard let shell = shell as? SSHRootShell else {
      throw HearthError(.internalError, "this connection cannot download files")
    }
    port.events.emit(.stepStarted(host: shell.host, phase: "backup", step: "bring the backup"))
    let target = "\(folder)/\(name).age"
    // What it holds in the clear has no name on this disk at any time: a process that is killed leaves nothing.
    let plain = try UnnamedFile(in: port.stateFolder)
    try await shell.download(path, into: plain)
    try AgeFile.encrypt(plain.path, to: target, passphrase: passphrase)
    // Read back from what is on the disk: decrypted, unpacked, the snapshot's checksum compared.
    let readBack = try UnnamedFile(in: port.stateFolder)
    try AgeFile.decrypt(target, into: readBack.handle, passphrase: passphrase)
    let archive = try BackupArchive.open(readBack.path, source: target, in: port.stateFolder)
    // The host keeps those of its nights; this one is in safety.
    _ = try? await shell.run("rm -f \(path.shellQuoted)")
    return (target, archive.manifest)
  }

  /// What ``run(into:passphrase:)`` would do, in a sentence; nothing is asked of a host.
  package func preview(into place: String) throws(HearthError) -> String {
    guard let node = port.rack.controlPlane.first(where: { port.shells[$0.name] != nil }) else {
      throw Self.unreachable
    }
    return "\(node.name) would take a snapshot of etcd, and an encrypted backup would go to \(place)"
  }

  private static let unreachable = HearthError(
    .unreachable, "no control-plane host can be asked",
    hint: "bring one back, or take a backup of the last nights from its disk: /var/lib/hearth/backups")

  private func backUp() async throws(HearthError) -> (any RootShell, String) {
    var last: HearthError?
    for node in port.rack.controlPlane {
      guard let shell = port.shells[node.name] else { continue }
      port.events.emit(.stepStarted(host: node.name, phase: "backup", step: "snapshot of etcd"))
      // One more than the nights keep, so that none of those is thrown away for it.
      let keep = port.rack.cluster.backup.keep + 1
      let result = try await shell.run(
        "[ -x /usr/local/lib/hearth/back-up ] || exit 127\nexec /usr/local/lib/hearth/back-up \(keep)",
        timeout: .seconds(900))
      if result.status == 0, let path = result.outputText.lastLines(1).last { return (shell, path) }
      last = HearthError(
        .cluster,
        result.status == 127 ? "this host has no program for backups yet" : "no snapshot of etcd could be taken",
        subject: Subject(host: node.name),
        hint: result.status == 127 ? "run `hearth up` first" : "look at etcd on that host",
        output: result.errorText.lastLines(5),
        command: "sudo /usr/local/lib/hearth/back-up")
    }
    throw last ?? Self.unreachable
  }
}
