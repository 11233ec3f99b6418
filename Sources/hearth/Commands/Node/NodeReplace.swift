import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Operations
import Provision
import SSH

struct NodeReplace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replace",
    abstract: "Let new or newly installed hardware take a node's name and place.",
    discussion: """
      Give the new host the old one's address and run this; the old one may be dead. Its new host key is shown to you
      beside the old one; without a terminal, give the fingerprint that the host itself shows:

        hearth node replace pi3
        hearth node replace pi3 --host-key SHA256:…    # ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

      Run on a host that still works, it takes the node out of the cluster and cleans it; swap the hardware then and run
      it again, or give --same-host to let the cleaned host join at once.
      """.flowing)

  @Argument(help: "Name of the node.", completion: Completions.hosts) var name: String
  @OptionGroup var consent: ConsentOptions
  @Option(help: ArgumentHelp("Fingerprint of the new host's key.", valueName: "fingerprint")) var hostKey: String?
  @Flag(help: "A host that still works joins again after it was cleaned.") var sameHost = false
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false
  @Flag(help: "Go on although volumes of which the node holds the only copy are lost.") var loseVolumes = false
  @OptionGroup var drain: DrainOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rack = try rackOptions.load()
    guard rack.node(name) != nil else {
      throw HearthError(
        .usage, "there is no node named \(name) in the inventory",
        hint: "the new host takes the old one's name and line")
    }
    let changed: HostKeyPolicy.Changed =
      if let hostKey { .expect(hostKey) } else {
        Person.atTheTerminal.trustHostKey.map { .ask($0) }
          ?? .refuseWith { [name] fingerprint in
            "if that is what the new host itself shows: hearth node replace \(name.shellQuoted) --host-key \(fingerprint.shellQuoted)"
          }
      }
    let run = try await RackRun.begin(
      "node replace", rack: rack, hosts: rack.nodes.map(\.name), inventory: try rackOptions.path(), access: access,
      sink: output.sink(), changedHostKeys: [name: changed])
    var outcome = ReplaceNode.Outcome.removed
    let status = await run.finish { run in outcome = try await replace(run) }
    guard outcome == .joinsAgain else {
      guard status == .done else { throw status }
      return
    }
    // Approved with the first.
    let next = try await RackRun.begin(
      "node replace", rack: rack, hosts: rack.nodes.map(\.name), inventory: try rackOptions.path(), access: access,
      sink: output.sink())
    let end = await next.finish { run in
      try await AddNode(run, name).run { _ in }
      if !skipSmoke { try await run.smoke(around: name) }
    }
    guard end == .done else { throw end }
    guard status == .done else { throw status }
  }

  private func replace(_ run: RackRun) async throws -> ReplaceNode.Outcome {
    var isAsked = false
    let options = ReplaceNode.Options(drain: drain.options, sameHost: sameHost, loseVolumes: loseVolumes) { plan in
      if !isAsked { try Approval(consent, output: output).ask(plan, run) }
      isAsked = true
    }
    let outcome = try await ReplaceNode(run, name, options).run()
    if outcome == .added, !skipSmoke { try await run.smoke(around: name) }
    return outcome
  }
}
