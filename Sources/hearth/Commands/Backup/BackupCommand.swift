import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import PKI
import Provision

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Take a backup of the whole cluster to one encrypted file; list, verify, delete those that were taken.",
    discussion: "Examples:\n\n  hearth backup\n  hearth backup list\n  hearth backup verify",
    subcommands: [BackupTake.self, BackupList.self, BackupVerify.self, BackupPrune.self],
    defaultSubcommand: BackupTake.self)
}

struct BackupTake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "take",
    abstract: "Take a backup of the whole cluster to one encrypted file; the default.",
    discussion: """
      It holds etcd with every object, the authorities, the keys of service accounts and Secrets, the pod ranges and the
      inventory, and is read back after it was written. Every night each control-plane host also makes one of its own
      (`cluster.backup` in the inventory). The file is in the age format. Examples:

        hearth backup
        hearth backup --to anna@nas:/backups
      """.flowing)

  @Option(
    help: ArgumentHelp(
      "A folder of this machine, or user@host:/folder (ssh://user@host:PORT/folder) by SSH; otherwise `backups` beside the rack's keys.",
      valueName: "folder")
  )
  var to: String?
  @Option(
    help: ArgumentHelp(
      "A file whose first line is the passphrase; otherwise $HEARTH_PASSPHRASE, otherwise the rack's own.",
      valueName: "file"))
  var passphraseFile: String?

  @OptionGroup var preview: PreviewOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    if let to, to.hasPrefix("ssh://"), RemoteFolder(to) == nil {
      throw ValidationError("\(to) names no folder of a host: write it as ssh://user@host:22/folder")
    }
  }

  private struct Line: Encodable {
    var file: String
    var bytes: Int
    var revision: Int
    var created: String
    var copy: String?
  }

  func run() async throws {
    // Any control-plane host will do: what other hosts are off makes no backup less whole.
    let rack = try rackOptions.load()
    let planes = rack.controlPlane.map(\.name)
    let run = try await RackRun.begin(
      "backup", rack: rack, hosts: planes, inventory: try rackOptions.path(), access: access, sink: output.sink(),
      facts: false, silent: Set(planes))
    let status = await run.finish { run in
      if preview.dryRun {
        let text = try Backup(run).preview(into: to ?? "\(run.stateFolder)/backups")
        return run.events.emit(.note(level: .info, host: nil, text: text))
      }
      let passphrase = try run.passphrase(file: passphraseFile, create: true)
      let remote = to.flatMap(RemoteFolder.init)
      let folder = remote == nil ? to ?? "\(run.stateFolder)/backups" : "\(run.stateFolder)/backups"
      // A place that takes nothing is found out before the work, not after it.
      if let remote {
        try await remote.probe(access: access, networkNamespace: run.rack.networkNamespace)
      } else {
        try Folders.create(folder)
        guard FileManager.default.isWritableFile(atPath: folder) else {
          throw HearthError(
            .local, "the folder cannot be written", subject: Subject(file: folder),
            hint: "look at its owner, or name another with --to")
        }
      }
      let (file, manifest) = try await Backup(run).run(into: folder, passphrase: passphrase)
      let (sum, bytes) = try BackupArchive.sha256(of: file)
      if let remote {
        try await remote.store(
          file, sha256: sum, access: access, networkNamespace: run.rack.networkNamespace)
      }
      run.pause()
      if output.output == .json {
        try JSONSink.write(
          Line(
            file: file, bytes: bytes, revision: manifest.revision, created: manifest.created,
            copy: remote == nil ? nil : to), as: .backup)
      } else {
        Terminal.writeOutput(
          "\(file)  \(Quantity.bytes(bytes)), etcd revision \(manifest.revision), read back and whole\n"
            + (to.flatMap { remote == nil ? nil : "copied to \($0)\n" } ?? ""))
      }
    }
    guard status == .done else { throw status }
  }
}

struct RecoveryCardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recovery-card",
    abstract: "Print what opens backups and names the rack's authority; keep it on paper.",
    discussion: "Example:\n\n  hearth recovery-card | lp")

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  func run() async throws {
    let run = try await RackRun.begin(
      "recovery-card", options: rackOptions, access: access, sink: output.quietSink())
    let status = await run.finish { run in
      let card = RecoveryCard(
        rack: run.rack, authority: try await run.authority(create: false),
        passphrase: try run.passphrase(file: nil, create: true, isPrinted: true))
      run.pause()
      if output.output == .json {
        try JSONSink.write(RecoveryCardDocument(card), as: .recoveryCard)
      } else {
        Terminal.writeOutput(try card.text())
      }
    }
    guard status == .done else { throw status }
  }
}

/// The card for programs.
struct RecoveryCardDocument: Encodable {
  struct Plane: Encodable {
    var name, login: String
  }

  var cluster: String
  var controlPlane: [Plane]
  var fingerprint: String
  var passphrase: String

  init(_ card: RecoveryCard) throws {
    cluster = card.rack.cluster.name
    controlPlane = card.rack.controlPlane.map { Plane(name: $0.name, login: "\($0.ssh.user)@\($0.address)") }
    fingerprint = try card.authority.cluster.shownFingerprint
    passphrase = card.passphrase.reveal()
  }
}
