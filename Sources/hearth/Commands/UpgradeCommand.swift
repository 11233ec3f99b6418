import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Provision

struct UpgradeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade",
    abstract: "Bring a living cluster to the Kubernetes version that the inventory names, without a pause.",
    discussion: """
      Set `kubernetes:` in the inventory first. Where Debian's packages of etcd, containerd and runc are used, it brings what
      apt offers of them as well. Version skew and removed APIs are checked, then go: etcd member by member, API servers,
      controllers, nodes drained one by one. It stops at the first node that does not come back; run again it goes on.
      Example:

        hearth upgrade --at-once 2
      """.flowing)

  @Option(help: "So many workers together; control-plane nodes always go one by one.") var atOnce = 1
  @Option(help: "Seconds that draining one node may take.") var drainTimeout = 300
  @Flag(help: "Also end pods that nobody starts anew elsewhere.") var force = false
  @Flag(name: .customLong("allow-removed-apis"), help: "Go on although APIs are in use that the new version lacks.")
  var allowRemovedAPIs = false
  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard atOnce > 0 else { throw ValidationError("--at-once is 1 or more") }
    if rackOptions.limit != nil {
      throw ValidationError("an upgrade is for the whole rack: --limit makes no sense here")
    }
  }

  func run() async throws {
    let run = try await RackRun.begin("upgrade", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      try await run.upgrade(
        UpgradeOptions(
          atOnce: atOnce, drain: .init(timeout: .seconds(drainTimeout), force: force),
          allowRemovedAPIs: allowRemovedAPIs, approve: approve))
      guard await !run.hasFailures else { return }
      if !skipSmoke { try await run.smoke() }
    }
    guard status == .done else { throw status }
  }

  private func approve(_ words: String) throws(HearthError) {
    try Approval(yes: yes, output: output).ask(words, question: "Upgrade?", for: "the upgrade")
  }
}
