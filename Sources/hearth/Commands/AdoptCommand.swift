import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
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
  @Option(name: .long, help: ArgumentHelp("Private key for that login.", valueName: "file"), completion: .file())
  var identity: String?
  @Option(name: .long, help: ArgumentHelp("The virtual rack that the host belongs to.", valueName: "name")) var lab:
    String?
  @Flag(name: .long, help: "Leave ~/.kube/config alone.") var skipKubeconfig = false
  @Flag(help: "Take the host's inventory without being shown it and asked.") var yes = false

  @OptionGroup var preview: PreviewOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if let host, try await !hasInventory(from: host) { return }
    let run = try await RackRun.begin("adopt", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      try await Adopt(
        run, isPreview: preview.dryRun, mergeKubeconfig: skipKubeconfig ? nil : { try await run.mergeKubeconfig() }
      ).run()
    }
    guard status == .done else { throw status }
  }

  /// Writes the inventory that the host keeps; one that is here already is left alone.
  ///
  /// - Returns: false where it was only shown.
  private func hasInventory(from place: String) async throws -> Bool {
    let file = rackOptions.inventory ?? "hearth.yaml"
    guard !FileManager.default.fileExists(atPath: file) else { return true }
    let parts = place.split(separator: "@", maxSplits: 1).map(String.init)
    guard let last = parts.last, let address = IPv4Address(last) else {
      throw HearthError(.usage, "`\(place)` is not a place to log in", hint: "write it as user@192.168.1.11")
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
    let kept: HostInventory
    do throws(HearthError) {
      kept = try await HostInventory.read(from: shell)
    } catch {
      await session.survey.fleet.close()
      throw error
    }
    await session.survey.fleet.close()
    guard try isTaken(kept, for: file) else { return false }
    try TextFile.write(kept.text, to: file)
    Terminal.writeError("wrote \(file), as \(last) keeps it\n")
    return true
  }

  /// Nobody takes a host's word for it unseen.
  private func isTaken(_ kept: HostInventory, for file: String) throws -> Bool {
    guard !yes || preview.dryRun else { return true }
    Terminal.writeError("The inventory that \(kept.host) keeps:\n\n")
    for line in kept.shownLines { Terminal.writeError("  \(line)\n") }
    if preview.dryRun {
      Terminal.writeError("\nIt would become \(file), and the rack's keys would be taken. Nothing was written.\n")
      return false
    }
    guard Question.canAsk else {
      throw HearthError(
        .refused, "the host's inventory has to be approved, and there is no terminal to ask",
        subject: Subject(host: kept.host), hint: "read it above, then run the same command with --yes")
    }
    guard Question.confirm("Write it to \(file) and take the rack over?") else { throw ExitStatus.refused }
    return true
  }
}
