import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
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
  @Option(help: "Lost quorum: go on from what this control-plane host has; the others are given up.")
  var fromSurvivor: String?
  @Option(
    help: "A file whose first line is the passphrase; otherwise $HEARTH_PASSPHRASE, the rack's own, or a question.")
  var passphraseFile: String?
  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false
  @Flag(name: .long, help: "Leave ~/.kube/config alone.") var skipKubeconfig = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (file == nil) != (fromSurvivor == nil) else {
      throw ValidationError("name a backup, or the surviving host with --from-survivor")
    }
    if rackOptions.limit != nil {
      throw ValidationError("a restore is for the whole rack: --limit makes no sense here")
    }
  }

  func run() async throws {
    let run = try await RackRun.begin("restore", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      if let file { try await restore(file, run) }
      if let fromSurvivor { try await survive(fromSurvivor, run) }
      guard await !run.hasFailures else { return }
      if !skipKubeconfig { try await run.mergeKubeconfig() }
      if !skipSmoke { try await run.smoke() }
    }
    guard status == .done else { throw status }
  }

  private func restore(_ file: String, _ run: RackRun) async throws {
    try run.refuseSilentHosts()
    let archive = try await run.openBackup(file, passphraseFile: passphraseFile)
    let manifest = archive.manifest
    let living = await run.livingRevision()
    let loss = RestoreLoss(backup: manifest.revision, living: living)
    run.pause()
    try ask(
      "The cluster is stopped and becomes what it was at \(manifest.created) (etcd revision \(manifest.revision)). "
        + loss.text)
    let id = try run.restoreID(for: manifest.snapshotSHA256)
    try await run.holding(run.session.hosts) { try await run.restore(archive, id: id) }
    run.forgetRestore()
    run.events.emit(
      .note(
        level: .info, host: nil,
        text: "restored to \(manifest.created), etcd revision \(manifest.revision). \(loss.text)"))
    try await nameStrangers(run)
  }

  private func survive(_ host: String, _ run: RackRun) async throws {
    let planes = run.rack.controlPlane.map(\.name)
    guard planes.contains(host) else {
      throw HearthError(
        .usage, "\(host) is no control-plane node of the inventory",
        hint: "choose one of \(planes.joined(separator: ", "))")
    }
    let view = await run.view()
    guard !view.hasQuorum else {
      throw HearthError(
        .refused, "etcd has its quorum: nothing needs to be given up",
        hint: "replace or remove the dead control-plane nodes one by one",
        command: "hearth node replace NAME; hearth node remove NAME")
    }
    let others = view.holders.filter { $0 != host }.sorted()
    guard others.isEmpty else {
      throw HearthError(
        .refused, "\(others.joined(separator: ", ")) hold the cluster's data, too",
        hint:
          "start etcd there first: with a majority nothing is lost. If their disks are broken, take them off the rack",
        command: "hearth up")
    }
    let target = run.rack.cluster.kubernetes
    if let other = try await run.installedVersions()[host]?.subtracting([target]).min() {
      throw HearthError(
        .refused, "\(host) has Kubernetes \(other), and the inventory names \(target)", subject: Subject(host: host),
        hint: "set `kubernetes: \(other)`: a cluster is brought back as it was, and upgraded afterwards")
    }
    run.pause()
    try ask(
      "\(host) becomes the only member of etcd. What only the other members had written is lost, and they must never be "
        + "switched on again with their old disks.")
    try await run.holding(run.session.hosts) {
      let survivor = Survivor(host: host, rack: run.rack, shells: run.engine.currentShells)
      let report = try await survivor.takeOver()
      run.events.emit(.note(level: .info, host: host, text: report.text))
      let plan = try await run.plan(forChange: true)
      if plan.changeCount > 0 { try await run.apply(plan) }
    }
    try await nameStrangers(run)
  }

  private func ask(_ words: String) throws(HearthError) {
    try Approval(yes: yes, output: output).ask(words, question: "Go on?", for: "the restore")
  }

  /// Nodes that the restored cluster knows and the inventory does not.
  private func nameStrangers(_ run: RackRun) async throws {
    let known = Set(run.rack.nodes.map(\.name))
    for node in await run.view().nodes ?? [] where !known.contains(node.name) {
      run.events.emit(
        .note(
          level: .warning, host: nil,
          text: "\(node.name) was part of the cluster and is not in the inventory: `hearth node remove \(node.name)`"))
    }
  }
}
