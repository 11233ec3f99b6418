import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import Untrusted

/// Where commands on backups that were taken look for them.
struct BackupFolder: ParsableArguments {
  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("The folder to look in; otherwise `backups` beside the rack's keys.", valueName: "folder"),
    completion: .directory)
  var folder: String?

  func path(of rack: Rack) -> String { folder ?? "\(Folders().state(rack: rack.cluster.name))/backups" }
}

struct BackupList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the rack's backups on this machine, newest first; no host is asked.",
    discussion: "Example:\n\n  hearth backup list --in /mnt/nas/backups")

  @OptionGroup var place: BackupFolder
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  private struct Document: Encodable {
    var folder: String
    var backups: [BackupFiles.Entry]
  }

  func run() throws {
    let rack = try rackOptions.load()
    let folder = place.path(of: rack)
    let files = try BackupFiles(of: rack.cluster.name, in: folder)
    if output.output == .json {
      return try JSONSink.write(Document(folder: folder, backups: files.entries), as: .backups)
    }
    guard !files.entries.isEmpty else {
      return Terminal.writeOutput(
        "no backup of \(rack.cluster.name) in \(folder.visibleLine): `hearth backup` takes one\n")
    }
    for entry in files.entries {
      Terminal.writeOutput(
        "\(entry.created)  \(Quantity.bytes(entry.bytes).padding(9))  \(entry.file.visibleLine)"
          + (entry.encrypted ? "\n" : "  not encrypted\n"))
    }
  }
}

struct BackupVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read a backup to its end: decrypted, whole, its snapshot the one that was taken; no host is asked.",
    discussion: """
      Without a file it takes the newest. Nothing of it gets a name on this machine's disk. Example:

        hearth backup verify backups/home-20261124T023012Z.tar.age
      """.flowing)

  @Argument(help: "The backup; otherwise the rack's newest.", completion: .file(extensions: ["age", "tar"]))
  var file: String?
  @Option(
    help: ArgumentHelp(
      "A file whose first line is the passphrase; otherwise $HEARTH_PASSPHRASE, otherwise the rack's own.",
      valueName: "file"))
  var passphraseFile: String?
  @OptionGroup var place: BackupFolder
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  private struct Report: Encodable {
    var file: String
    var cluster: String
    var kubernetes: String
    var revision: Int
    var created: String
    var nodes: [String]
  }

  func run() throws {
    let rack = try rackOptions.load()
    let state = Folders().state(rack: rack.cluster.name)
    let newest = try BackupFiles(of: rack.cluster.name, in: place.path(of: rack)).entries.first?.file
    guard let file = file ?? newest else {
      throw HearthError(
        .usage, "there is no backup of \(rack.cluster.name) in \(place.path(of: rack))",
        hint: "name a file, or take a backup with `hearth backup`")
    }
    guard FileManager.default.fileExists(atPath: file) else {
      throw HearthError(
        .usage, "there is no such file", subject: Subject(file: file), hint: "see `hearth backup list`")
    }
    try Folders.create(state)
    let archive = try BackupArchive.decrypted(file, in: state) { () throws(HearthError) -> Secret<String> in
      if let known = try Passphrase.known(file: passphraseFile, in: state) { return known }
      return try Passphrase.asked()
    }
    let manifest = archive.manifest
    let report = Report(
      file: file, cluster: manifest.cluster, kubernetes: manifest.kubernetes, revision: manifest.revision,
      created: manifest.created, nodes: archive.records.keys.sorted())
    if output.output == .json { return try JSONSink.write(report, as: .backupCheck) }
    Terminal.writeOutput(
      """
      \(file.visibleLine)
        whole: the cluster \(report.cluster.visibleLine) of \(report.created.visibleLine), Kubernetes \
      \(report.kubernetes.visibleLine), etcd revision \(report.revision)
        nodes: \(report.nodes.map(\.visibleLine).joined(separator: ", "))

      """)
  }
}

struct BackupPrune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Delete the rack's oldest backups on this machine; no host is asked.",
    discussion: "Example:\n\n  hearth backup prune --keep 7")

  @Option(help: ArgumentHelp("How many of the newest stay, at least 1.", valueName: "count")) var keep: Int
  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @Flag(name: .long, help: "Only show what would be deleted.") var dryRun = false
  @OptionGroup var place: BackupFolder
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    guard keep >= 1 else { throw ValidationError("--keep takes 1 or more: a rack without a backup is never wanted") }
  }

  func run() throws {
    let rack = try rackOptions.load()
    let folder = place.path(of: rack)
    let old = Array(try BackupFiles(of: rack.cluster.name, in: folder).beyond(keep))
    guard !old.isEmpty else {
      guard output.output == .text else { return try write(folder, []) }
      return Terminal.writeOutput("nothing to delete: no more than \(keep) in \(folder.visibleLine)\n")
    }
    if !dryRun {
      let names = old.map { "  delete \($0.file.visibleLine)" }.joined(separator: "\n")
      try Approval(yes: yes, output: output).ask(
        names, question: "Delete \(old.count == 1 ? "1 backup" : "\(old.count) backups")?",
        for: "deleting backups")
    }
    for entry in old {
      if !dryRun, unlink(entry.file) != 0 {
        throw HearthError(
          .local, "the backup cannot be deleted: \(String(cString: strerror(errno)))",
          subject: Subject(file: entry.file), command: "ls -ld \(folder.shellQuoted)")
      }
      if output.output == .text {
        Terminal.writeOutput("\(dryRun ? "would delete" : "deleted") \(entry.file.visibleLine)\n")
      }
    }
    if output.output == .json { try write(folder, old) }
  }

  private struct Document: Encodable {
    var folder: String
    var isDryRun: Bool
    var deleted: [BackupFiles.Entry]
  }

  private func write(_ folder: String, _ deleted: [BackupFiles.Entry]) throws {
    try JSONSink.write(Document(folder: folder, isDryRun: dryRun, deleted: deleted), as: .pruned)
  }
}
