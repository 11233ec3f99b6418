import Bootstrap
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import SSH

extension RackRun {
  var passphraseFile: String { "\(stateFolder)/backup-passphrase" }

  /// The rack's passphrase: from a file, the environment, or the copy beside the rack's keys.
  ///
  /// - Parameter create: makes one where there is none yet.
  func passphrase(file: String?, create: Bool) throws(HearthError) -> Secret<String> {
    if let given = try Passphrase.given(file: file) { return given }
    if let own = try Passphrase.read(passphraseFile) { return own }
    if create {
      let new = RecoveryCard.newPassphrase()
      try Folders.create(stateFolder)
      try PrivateFile.write(Array((new.reveal() + "\n").utf8), to: passphraseFile)
      events.emit(
        .note(
          level: .warning, host: nil,
          text:
            "a passphrase for backups was made: print the recovery card with `hearth recovery-card`, once, and put it away"
        ))
      return new
    }
    return try Question.secret("Passphrase of the backup (on the recovery card)")
  }

  /// Takes a fresh backup on a control-plane host and brings it here, encrypted and read back.
  ///
  /// - Returns: the encrypted file on this machine, and what it holds.
  func takeBackup(into folder: String, passphrase: Secret<String>) async throws(HearthError) -> (String, BackupManifest)
  {
    let (shell, path) = try await backUp()
    let name = (path as NSString).lastPathComponent
    try Folders.create(folder)
    let work = "\(stateFolder)/backup-work"
    try? FileManager.default.removeItem(atPath: work)
    try Folders.create(work)
    defer { try? FileManager.default.removeItem(atPath: work) }
    let plain = "\(work)/\(name)"
    guard let shell = shell as? SSHRootShell else {
      throw HearthError(.internalError, "this connection brings no files")
    }
    events.emit(.stepStarted(host: shell.host, phase: "backup", step: "bring the backup"))
    try await shell.download(path, to: plain)
    let target = "\(folder)/\(name).age"
    try AgeFile.encrypt(plain, to: target, passphrase: passphrase)
    // Read back from what is on the disk: decrypted, unpacked, the snapshot's checksum compared.
    try AgeFile.decrypt(target, to: "\(work)/read-back.tar", passphrase: passphrase)
    let archive = try await BackupArchive.open("\(work)/read-back.tar", in: "\(work)/read-back")
    // The host keeps those of its nights; this one is in safety.
    _ = try? await shell.run("rm -f \(path.shellQuoted)")
    return (target, archive.manifest)
  }

  private func backUp() async throws(HearthError) -> (any RootShell, String) {
    var last: HearthError?
    for node in rack.controlPlane {
      guard let shell = engine.currentShells[node.name] else { continue }
      events.emit(.stepStarted(host: node.name, phase: "backup", step: "snapshot of etcd"))
      // One more than the nights keep, so that none of those is thrown away for it.
      let keep = rack.cluster.backup.keep + 1
      let result = try await shell.run(
        "[ -x /usr/local/lib/hearth/back-up ] || exit 127\nexec /usr/local/lib/hearth/back-up \(keep)",
        timeout: .seconds(900))
      if result.status == 0, let path = result.outputText.split(separator: "\n").last { return (shell, String(path)) }
      last = HearthError(
        .cluster,
        result.status == 127 ? "this host has no program for backups yet" : "no snapshot of etcd could be taken",
        subject: Subject(host: node.name),
        hint: result.status == 127 ? "run `hearth up` first" : "look at etcd on that host",
        output: result.errorText.split(separator: "\n").suffix(5).map(String.init),
        command: "sudo /usr/local/lib/hearth/back-up")
    }
    throw last
      ?? HearthError(
        .unreachable, "no control-plane host can be asked",
        hint: "bring one back, or take a backup of the last nights from its disk: /var/lib/hearth/backups")
  }
}

/// Where passphrases come from.
enum Passphrase {
  static func given(file: String?) throws(HearthError) -> Secret<String>? {
    if let file {
      guard let secret = try read(file) else {
        throw HearthError(.usage, "there is no such file, or it is empty", subject: Subject(file: file))
      }
      return secret
    }
    let value = ProcessInfo.processInfo.environment["HEARTH_PASSPHRASE"] ?? ""
    return value.isEmpty ? nil : Secret(value)
  }

  /// The first line of a file; nil when there is none.
  static func read(_ file: String) throws(HearthError) -> Secret<String>? {
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw HearthError(.local, "the file cannot be read", subject: Subject(file: file), command: "ls -l '\(file)'")
    }
    let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
    return line.map { Secret(String($0)) }
  }
}
