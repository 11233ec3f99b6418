import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import Provision

struct UpgradeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade",
    abstract: "Bring a living cluster to the Kubernetes version that the inventory names, without a pause.",
    discussion: """
      Set `kubernetes:` in the inventory first. Where Debian's packages of etcd, containerd and runc are used, it brings what
      apt offers of them as well. Version skew and removed APIs are checked, then go: etcd member by member, API servers,
      controllers, nodes drained one by one. It stops at the first node that does not come back; run again it goes on.
      With --system it brings Debian's own updates, the kernel among them, node by node: drained, updated, restarted only
      where something asks for it, waited for. Examples:

        hearth upgrade --at-once 2
        hearth upgrade --system --check 'curl -fsS https://shop.example/health'
        hearth upgrade --system --schedule
      """.flowing)

  @Flag(help: "Bring Debian's own updates instead of another Kubernetes, one node at a time.") var system = false
  @Flag(
    help: ArgumentHelp(
      "With --system: let a timer of systemd on this machine bring them at the times of `updates.schedule` in the inventory, and remove the timer where it names none."
    ))
  var schedule = false
  @Option(
    help: ArgumentHelp(
      "A command that must succeed after each node's turn before the next begins; HEARTH_NODE names the node.",
      valueName: "command"))
  var check: String?
  @Option(help: ArgumentHelp("So many workers together; control-plane nodes always go one by one.", valueName: "count"))
  var atOnce = 1
  @Option(help: ArgumentHelp("Seconds that draining one node may take.", valueName: "seconds")) var drainTimeout = 300
  @Flag(help: "Also end pods that have no controller and would be lost.") var force = false
  @Flag(name: .customLong("allow-removed-apis"), help: "Go on although APIs are in use that the new version lacks.")
  var allowRemovedAPIs = false
  @OptionGroup var consent: ConsentOptions
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...254).contains(atOnce) else { throw ValidationError("--at-once takes a number from 1 to 254") }
    guard (1...86_400).contains(drainTimeout) else {
      throw ValidationError("--drain-timeout takes 1 to 86400 seconds")
    }
    try rackOptions.refuseLimit()
    if system, atOnce != 1 { throw ValidationError("--system goes one node at a time: --at-once makes no sense here") }
    if schedule, !system {
      throw ValidationError("--schedule goes with --system: only Debian's updates come by a timer")
    }
  }

  func run() async throws {
    if schedule { return try await setTimer() }
    let run = try await RackRun.begin("upgrade", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      let options = UpgradeOptions(
        atOnce: atOnce, drain: .init(timeout: .seconds(drainTimeout), force: force),
        allowRemovedAPIs: allowRemovedAPIs, gate: check.map { UserGate(command: $0) },
        approve: { words throws(HearthError) in try approve(words, run) })
      if system {
        try await SystemUpdates(run, options).run()
      } else {
        try await Upgrade(run, options).run()
      }
      guard await !run.hasFailures else { return }
      if !skipSmoke { try await run.smoke() }
    }
    guard status == .done else { throw status }
  }

  /// Nothing of the rack is asked or changed.
  private func setTimer() async throws {
    let rack = try rackOptions.load()
    var words = ["upgrade", "--system", "--yes", "--inventory", absolute(try rackOptions.path())]
    if let check { words += ["--check", check] }
    if drainTimeout != 300 { words += ["--drain-timeout", "\(drainTimeout)"] }
    words += (force ? ["--force"] : []) + (skipSmoke ? ["--skip-smoke"] : [])
    let timer = try UpdateTimer(
      cluster: rack.cluster.name, schedule: rack.updates?.schedule, words: words, place: .ofThisMachine())
    do {
      try await timer.settle(Approval(consent, output: output), sink: output.sink())
    } catch let error as HearthError where Approval.isPreviewed(error) {}
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  }

  private func approve(_ words: String, _ run: RackRun) throws(HearthError) {
    run.pause()
    try Approval(consent, output: output).ask(words, question: "Upgrade?", for: "the upgrade")
  }
}
