package import Bootstrap
package import Diagnostics
import Foundation
import Inventory
import PKI

extension BackupArchive {
  /// Decrypts a backup, where it is encrypted, and checks all of it.
  ///
  /// - Parameter folder: on whose disk what it holds lies meanwhile, without a name.
  /// - Throws: as ``open(_:source:in:)``, and what `passphrase` throws.
  package static func decrypted(
    _ file: String, in folder: String, passphrase: () throws(HearthError) -> Secret<String>
  ) throws(HearthError) -> BackupArchive {
    guard AgeFile.isEncrypted(file) else { return try open(file, in: folder) }
    let plain = try UnnamedFile(in: folder)
    try AgeFile.decrypt(file, into: plain.handle, passphrase: try passphrase())
    return try open(plain.path, source: file, in: folder)
  }

  /// Decrypts a backup, without a name on this disk, and checks that it belongs to this rack.
  package static func open(
    _ file: String, for port: any RackPort, passphrase: () throws(HearthError) -> Secret<String>
  ) throws(HearthError) -> BackupArchive {
    let authorities = AuthorityStore(folder: "\(port.stateFolder)/pki")
    guard FileManager.default.fileExists(atPath: file) else {
      throw HearthError(
        .usage, "there is no such file", subject: Subject(file: file),
        command: "ls \("\(port.stateFolder)/backups".shellQuoted)")
    }
    // Left by versions that unpacked backups into it.
    try? FileManager.default.removeItem(atPath: "\(port.stateFolder)/restore")
    var archive = try decrypted(file, in: port.stateFolder, passphrase: passphrase)
    guard archive.manifest.cluster == port.rack.cluster.name else {
      throw HearthError(
        .refused,
        "this is a backup of the rack \(archive.manifest.cluster), and the inventory names \(port.rack.cluster.name)",
        subject: Subject(file: file), hint: "take the inventory from the backup: tar -xf … inventory.yaml")
    }
    guard let minor = KubernetesVersion(archive.manifest.kubernetes)?.minor, minor == port.rack.cluster.kubernetes.minor
    else {
      throw HearthError(
        .refused,
        "the backup is of Kubernetes \(archive.manifest.kubernetes), and the inventory names \(port.rack.cluster.kubernetes)",
        subject: Subject(file: file),
        hint: "set `kubernetes: \(archive.manifest.kubernetes)`, restore, and then `hearth upgrade`")
    }
    guard let own = try authorities.load() else { return archive }
    let then = archive.authority
    guard ([own.cluster.fingerprint] + own.lineage).contains(then.cluster.fingerprint) else {
      throw HearthError(
        .refused, "this machine has keys of another cluster under the same name",
        subject: Subject(file: authorities.folder), hint: "move that folder away if the backup is what you want")
    }
    // Authorities that were replaced since stay replaced, and what was dropped stays dropped. Only what the backup's Secrets
    // are encrypted with is needed once more.
    archive.authority = own.readingSecrets(of: then)
    archive.predatesAuthority =
      own.cluster.fingerprint != then.cluster.fingerprint
      || own.serviceAccount.publicPEM != then.serviceAccount.publicPEM
    return archive
  }
}
