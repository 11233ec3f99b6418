import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
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

  @Argument(help: "Name of the node.") var name: String
  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @Option(help: "Fingerprint of the new host's key.") var hostKey: String?
  @Flag(help: "A host that still works joins again after it was cleaned.") var sameHost = false
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false
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
            "if that is what the new host itself shows: hearth node replace \(name) --host-key \(fingerprint)"
          }
      }
    let run = try await RackRun.begin(
      "node replace", rack: rack, hosts: rack.nodes.map(\.name), inventory: try rackOptions.path(), access: access,
      sink: output.sink(), changedHostKeys: [name: changed])
    var joinsAgain = false
    let status = await run.finish { run in joinsAgain = try await replace(run) }
    guard joinsAgain else {
      guard status == .done else { throw status }
      return
    }
    // What was learnt of the host before it was cleaned is no longer true: a run of its own, approved with the first.
    let next = try await RackRun.begin(
      "node replace", rack: rack, hosts: rack.nodes.map(\.name), inventory: try rackOptions.path(), access: access,
      sink: output.sink())
    let end = await next.finish { run in try await bringIn(run) { _ in } }
    guard end == .done else { throw end }
    guard status == .done else { throw status }
  }

  private func bringIn(_ run: RackRun, approve: (Plan) throws -> Void) async throws {
    try await run.bringIn(name, approve: approve)
    if !skipSmoke { try await run.smoke(around: name) }
  }

  /// - Returns: whether the host is clean and joins again at once.
  private func replace(_ run: RackRun) async throws -> Bool {
    guard let facts = run.session.survey.facts[name] else {
      // What is wrong with its key has been said.
      if run.session.survey.failures[name]?.code == .hostKey { throw ExitStatus.refused }
      throw HearthError(
        .refused, "\(name) does not answer, so nothing can take its place yet", subject: Subject(host: name),
        hint: "switch the new host on, with the old one's address; to go on without it: hearth node remove \(name)")
    }
    let view = await run.view()
    let verdict = try ReplacementVerdict(name: name, facts: facts, view: view)
    run.events.emit(.note(level: .info, host: name, text: verdict.words))
    var isAsked = false
    func ask(_ plan: Plan) throws {
      if !isAsked { try Approval(yes: yes, output: output).ask(plan, run) }
      isAsked = true
    }
    if verdict.system != .old || sameHost {
      try await run.checkNewcomer(name, view: view, isCleaned: verdict.system == .old)
    }
    switch verdict.system {
    case .unknownToCluster: break
    case .new: try await run.takeOut(name, drain: drain.options, systemIsGone: true, forget: false, approve: ask)
    case .old:
      try await run.takeOut(name, drain: drain.options, forget: false, approve: ask)
      guard sameHost else {
        run.events.emit(
          .note(
            level: .info, host: name,
            text: "is out of the cluster and clean; swap the hardware, then run `hearth node replace \(name)` again"))
        return false
      }
      return true
    }
    try await bringIn(run, approve: ask)
    return false
  }
}
