import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import SSH

struct AdoptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Take a running rack over from another machine.",
    discussion: """
      Takes the rack's keys from a living control-plane host, which lets you in by SSH, and the inventory too unless there is
      one here. Examples:

        hearth adopt pi@192.168.1.11
        hearth adopt --inventory hearth.yaml
      """.flowing)

  @Argument(help: "A control-plane host, to take the inventory from: user@address.") var host: String?
  @Option(name: .long, help: "Private key for that login.", completion: .file()) var identity: String?
  @Option(name: .long, help: "The virtual rack that the host belongs to.") var lab: String?
  @Flag(name: .long, help: "Leave ~/.kube/config alone.") var skipKubeconfig = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if let host { try await fetchInventory(host) }
    let run = try await RackRun.begin("adopt", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      let store = AuthorityStore(folder: "\(run.stateFolder)/pki")
      let own = try store.load()
      var found: (host: String, authority: Authority)?
      for node in run.rack.controlPlane {
        guard let shell = run.engine.currentShells[node.name] else { continue }
        if let authority = try await Authority.load(from: shell) { found = (node.name, authority) }
        if found != nil { break }
      }
      guard let found else {
        throw HearthError(
          .refused, "no control-plane host that answers holds the keys of a cluster",
          hint: "begin a cluster with `hearth up`, or bring one back from a backup with `hearth restore`")
      }
      if let own, own.cluster.fingerprint != found.authority.cluster.fingerprint,
        !found.authority.lineage.contains(own.cluster.fingerprint)
      {
        throw HearthError(
          .refused, "this machine has keys of another cluster under the same name",
          subject: Subject(file: store.folder),
          hint: "move that folder away if the living cluster is the right one")
      }
      try store.save(found.authority)
      run.events.emit(
        .note(
          level: .info, host: found.host,
          text: "the rack's keys are here now; authority \(found.authority.cluster.fingerprint.prefix(16))"))
      if !skipKubeconfig { try await run.mergeKubeconfig() }
      let plan = try await run.plan(forChange: false)
      run.events.emit(
        .note(
          level: .info, host: nil,
          text: plan.changeCount == 0
            ? "the rack is as the inventory says" : "\(plan.changeCount) changes wait: look at them with `hearth plan`")
      )
    }
    guard status == .done else { throw status }
  }

  /// Writes the inventory that the host keeps; one that is here already is left alone.
  private func fetchInventory(_ place: String) async throws {
    let file = rackOptions.inventory ?? "hearth.yaml"
    guard !FileManager.default.fileExists(atPath: file) else { return }
    let parts = place.split(separator: "@", maxSplits: 1).map(String.init)
    guard let last = parts.last, let address = IPv4Address(last) else {
      throw HearthError(.usage, "`\(place)` is no place to log in", hint: "write it as user@192.168.1.11")
    }
    let node = Node(
      name: last, address: address, roles: [.controlPlane],
      ssh: SSHSettings(user: parts.count == 2 ? parts[0] : "pi", identityFiles: identity.map { [$0] } ?? []))
    let rack = Rack(
      cluster: Cluster(name: "adopt", kubernetes: .current), nodes: [node], lab: lab)
    let session = try await RackSession.open(rack, hosts: [last], access: access, facts: false)
    if let error = session.survey.failures[last] { throw error }
    guard let shell = session.survey.fleet.shells[last] else {
      throw HearthError(.unreachable, "this host cannot be reached", subject: Subject(host: last))
    }
    let result = try await shell.run("cat /etc/hearth/inventory.yaml")
    await session.survey.fleet.close()
    guard result.status == 0, !result.outputText.isEmpty else {
      throw HearthError(
        .refused, "this host keeps no inventory: it is no control-plane host, or `hearth up` never ended on it",
        subject: Subject(host: last), hint: "bring the inventory here yourself, then `hearth adopt --inventory FILE`",
        command: "sudo ls -l /etc/hearth")
    }
    try TextFile.write(result.outputText, to: file)
    Terminal.writeError("wrote \(file), as \(last) keeps it\n")
  }
}
