import ArgumentParser
import Bootstrap
import Diagnostics
import Discovery
import Foundation
import Inventory
import Operations
import Provision
import SSH

struct ReaddressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "readdress",
    abstract:
      "Follow boards that have other addresses now: one with a new lease, or the whole rack in another network.",
    discussion: """
      Boards are known by their host keys. Give their new addresses, or none: then the networks of this machine are looked
      at. Certificates, etcd (one member at a time), routes, load balancers, kubeconfig and the inventory follow, and the
      smoke test proves it. A run that was ended goes on with the same words. Examples:

        hearth readdress pi3=192.168.1.57
        hearth readdress
        hearth readdress --network 192.168.2.0/24 --endpoint 192.168.2.10
      """.flowing)

  @Argument(help: "NAME=ADDRESS of boards that have moved; none to look for all.") var boards: [String] = []
  @Option(
    help: ArgumentHelp(
      "A network to look at in place of this machine's, such as 192.168.2.0/24; may be given several times.",
      valueName: "cidr"))
  var network: [String] = []
  @Option(
    help: ArgumentHelp("The new host of cluster.endpoint, such as another virtual address.", valueName: "host"))
  var endpoint: String?
  @Option(
    help: ArgumentHelp(
      "The new addresses for Services, cluster.loadBalancer.addresses, such as 192.168.2.200-219.", valueName: "range"))
  var loadBalancer: String?
  @OptionGroup var consent: ConsentOptions
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false
  @Flag(name: .long, help: "Leave ~/.kube/config alone.") var skipKubeconfig = false
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    if !boards.isEmpty, !network.isEmpty {
      throw ValidationError("--network is for looking: leave it out where addresses are given")
    }
  }

  func run() async throws {
    let path = try rackOptions.path()
    let rack = try rackOptions.load()
    let record = ReaddressRecord(folder: Folders().state(rack: rack.cluster.name))
    let addresses = boards.isEmpty ? try await find(rack, begun: record.addresses) : try given(rack)
    let moves = rack.nodes.compactMap { node in
      addresses[node.name].map { NodeMove(node: node.name, from: node.address, to: $0) }
    }
    let text = try InventoryEdit(path: path).readdressing(
      addresses, endpoint: endpoint, services: loadBalancer)
    let moved = try InventoryFile.decode(text: text, file: path, environment: ProcessInfo.processInfo.environment)
    let run = try await RackRun.begin(
      "readdress", rack: moved, hosts: moved.nodes.map(\.name), inventory: path, text: text, access: access,
      sink: output.sink(),
      // A worker that is away for another reason does not keep the others where they were.
      silent: Set(moved.nodes.filter { !$0.roles.contains(.controlPlane) }.map(\.name))
        .subtracting(moves.filter { $0.from != $0.to }.map(\.node)),
      formerAddresses: Dictionary(moves.filter { $0.from != $0.to }.map { ($0.node, $0.from) }) { $1 })
    let status = await run.finish { run in
      let options = Readdress.Options(
        approve: { words, plan in
          try approve(words, plan, run)
          try record.set(addresses)
        },
        follow: {
          try carryHostKeys(moves, rack, run)
          try TextFile.write(text, to: path)
          record.forget()
          let left = LeftBehind.lines(of: text, from: moves.map(\.from), to: moved.nodes.map(\.address))
          if !left.isEmpty {
            let places = left.map { "\(path):\($0)" }.joined(separator: ", ")
            run.events.emit(
              .note(level: .warning, host: nil, text: "addresses of the old network are left in \(places)"))
          }
          if !skipKubeconfig { try await run.mergeKubeconfig() }
        },
        smoke: skipSmoke ? nil : { try await run.smoke() })
      try await Readdress(run, moves, options).run()
    }
    guard status == .done else { throw status }
  }

  private func approve(_ words: String, _ plan: Plan, _ run: RackRun) throws {
    run.pause()
    if output.output == .text { Terminal.writeError(words + "\n") }
    if plan.changeCount > 0 || consent.preview.dryRun { try Approval(consent, output: output).ask(plan, run) }
  }

  /// What was known of the old addresses is known of the new ones.
  private func carryHostKeys(_ moves: [NodeMove], _ old: Rack, _ run: RackRun) throws(HearthError) {
    var byFile: [String: [MovedHostKeys.Move]] = [:]
    for move in moves where move.from != move.to {
      guard let before = old.node(move.node), let after = run.rack.node(move.node) else { continue }
      let access = run.session.access
      guard let file = access.hostKeys(after).knownHostsFiles.first else { continue }
      byFile[file, default: []].append(
        MovedHostKeys.Move(from: try access.target(before), to: try access.target(after)))
    }
    for (file, moves) in byFile { try MovedHostKeys.carry(moves, in: file) }
  }

  /// The addresses that were given.
  private func given(_ rack: Rack) throws(HearthError) -> [String: IPv4Address] {
    var addresses: [String: IPv4Address] = [:]
    for word in boards {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let address = IPv4Address(parts[1]) else {
        throw HearthError(.usage, "`\(word)` is not NAME=ADDRESS", hint: "write it as in pi3=192.168.1.57")
      }
      guard rack.node(parts[0]) != nil else {
        throw HearthError(
          .usage, "there is no node named \(parts[0]) in the inventory",
          hint: "its nodes are \(rack.nodes.map(\.name).joined(separator: ", "))")
      }
      guard addresses.updateValue(address, forKey: parts[0]) == nil else {
        throw HearthError(.usage, "\(parts[0]) is given two addresses", hint: "give each board one")
      }
    }
    let taken = rack.nodes.first { addresses[$0.name] == nil && addresses.values.contains($0.address) }
    if let taken, let board = addresses.first(where: { $0.value == taken.address })?.key {
      throw HearthError(
        .usage, "\(board)=\(taken.address): the inventory has \(taken.name) at that address",
        hint: "give the address of \(taken.name), too; without addresses hearth looks for all boards"
      )
    }
    return addresses
  }

  /// Where the boards are, by their host keys.
  private func find(_ rack: Rack, begun: [String: IPv4Address]) async throws -> [String: IPv4Address] {
    let networks = try network.map { text throws(HearthError) in
      guard let network = ScanRange.network(text) else {
        throw HearthError(
          .usage, "`\(text)` is not a network to look at", hint: "write it as in 192.168.1.0/24, a /22 or smaller")
      }
      return network
    }
    Terminal.writeError("Looking for the boards by their host keys …\n")
    let (finding, notes) = try await BoardSearch(
      rack: rack, networks: networks.isEmpty ? nil : networks, begun: begun
    ).find()
    for note in notes { Terminal.writeError("note: \(note)\n") }
    if let (name, places) = finding.unclear.min(by: { $0.key < $1.key }) {
      throw HearthError(
        .refused,
        "\(name) cannot be told from others by its host key: \(places.map(\.description).joined(separator: ", "))",
        subject: Subject(host: name),
        hint: "cards that were copied share their keys; give the addresses, as in \(name)=\(places[0])")
    }
    let missing = rack.nodes.map(\.name).filter { finding.addresses[$0] == nil }
    guard missing.count < rack.nodes.count else {
      throw HearthError(
        .unreachable, "no host shows a key by which one of the boards is known",
        hint:
          "see that they are on; name their network, as in --network 192.168.2.0/24, or give their addresses, as in "
          + "\(rack.nodes[0].name)=192.168.2.11")
    }
    for name in missing { Terminal.writeError("note: \(name) was not found; it keeps the address of the inventory\n") }
    return finding.addresses
  }
}
