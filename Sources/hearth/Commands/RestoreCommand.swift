import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import Provision

struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring the cluster back from a backup, or from the one control-plane host that is left.",
    discussion: """
      The hosts may be those of before or new ones with the same names. Objects keep their UIDs; everything that knows the
      state before is stopped first, pods too, and started again. A run that was killed goes on when it is repeated.
      Examples:

        hearth restore backups/home-20261124T023012Z.tar.age
        hearth restore --from-survivor pi1
      """.flowing)

  @Argument(help: "A file that `hearth backup` wrote, or a plain one from a host.", completion: .file())
  var file: String?
  @Option(
    help: ArgumentHelp(
      "Lost quorum: go on from what this control-plane host has; the others are given up.", valueName: "host"),
    completion: Completions.hosts)
  var fromSurvivor: String?
  @Option(
    help: ArgumentHelp(
      "A file whose first line is the passphrase; otherwise $HEARTH_PASSPHRASE, the rack's own, or a question.",
      valueName: "file"))
  var passphraseFile: String?
  @OptionGroup var consent: ConsentOptions
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false
  @Flag(name: .long, help: "Leave ~/.kube/config alone.") var skipKubeconfig = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (file == nil) != (fromSurvivor == nil) else {
      throw ValidationError("name a backup, or the surviving host with --from-survivor")
    }
    try rackOptions.refuseLimit()
  }

  func run() async throws {
    // Hosts are not asked for a file that is none.
    if let file { try BackupArchive.refuseOther(file) }
    let run = try await RackRun.begin("restore", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      if let file { try await restore(file, run) }
      if let fromSurvivor {
        try await Survive(run, fromSurvivor).run { words throws(HearthError) in try ask(words, run) }
      }
      guard await !run.hasFailures else { return }
      if !skipKubeconfig { try await run.mergeKubeconfig() }
      if !skipSmoke { try await run.smoke() }
    }
    guard status == .done else { throw status }
  }

  private func restore(_ file: String, _ run: RackRun) async throws {
    try run.refuseSilentHosts()
    let archive = try BackupArchive.open(file, for: run) { () throws(HearthError) in
      try run.passphrase(file: passphraseFile, create: false)
    }
    try await Restore(run, archive).run { words throws(HearthError) in try ask(words, run) }
  }

  private func ask(_ words: String, _ run: RackRun) throws(HearthError) {
    run.pause()
    try Approval(consent, output: output).ask(words, question: "Go on?", for: "the restore")
  }
}
