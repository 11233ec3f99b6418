import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Operations
import Provision

struct NodeAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Bring a host into the cluster.",
    discussion: """
      The host is either in the inventory already, or its line is written there: then give its address. On the other
      hosts only what they keep about it changes: its name, the route to its pods and, for a control plane, their load
      balancer. Examples:

        hearth node add pi5 --address 192.168.1.15
        hearth node add pi5 --address 192.168.1.15 --roles control-plane,worker
      """.flowing)

  @Argument(help: "Name of the new node.", completion: Completions.hosts) var name: String
  @Option(help: ArgumentHelp("Its address; without one it must be in the inventory.", valueName: "ip")) var address:
    String?
  @Option(help: ArgumentHelp("Its roles, separated by commas.", valueName: "list")) var roles = "worker"
  @OptionGroup var consent: ConsentOptions
  @Flag(name: .long, help: "Do not smoke-test afterwards.") var skipSmoke = false
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let path = try rackOptions.path()
    var rack = try rackOptions.load()
    var inventory: String?
    if let known = rack.node(name) {
      guard address == nil || address == known.address.description else {
        throw HearthError(
          .usage, "\(name) is in the inventory with the address \(known.address)", subject: known.source,
          hint: "change the inventory, or leave --address away")
      }
    } else {
      let text = try InventoryEdit(path: path).adding(try node())
      rack = try InventoryFile.decode(
        text: text, file: path, environment: ProcessInfo.processInfo.environment)
      inventory = text
    }
    let run = try await RackRun.begin(
      "node add", rack: rack, hosts: rack.nodes.map(\.name), inventory: path, text: inventory, access: access,
      sink: output.sink())
    let status = await run.finish { run in
      guard run.engine.currentShells[name] != nil else {
        throw HearthError(.unreachable, "\(name) does not answer, so it cannot be added", subject: Subject(host: name))
      }
      let addition = AddNode(run, name)
      try await addition.check(await run.view())
      try await addition.run { plan in
        if plan.changeCount > 0 || consent.preview.dryRun { try Approval(consent, output: output).ask(plan, run) }
        // From here on `hearth up` would go on with it.
        if let inventory { try TextFile.write(inventory, to: path) }
      }
      if !skipSmoke { try await run.smoke(around: name) }
    }
    guard status == .done else { throw status }
  }

  private func node() throws(HearthError) -> Node {
    guard let text = address, let address = IPv4Address(text) else {
      throw HearthError(
        .usage, self.address.map { "`\($0)` is not an IPv4 address" } ?? "\(name) is not in the inventory",
        hint: "give its address, as in: hearth node add \(name.shellQuoted) --address 192.168.1.15")
    }
    var wanted: Set<Node.Role> = []
    for word in roles.split(separator: ",") {
      guard let role = Node.Role(rawValue: word.trimmingCharacters(in: .whitespaces)) else {
        throw HearthError(
          .usage, "`\(word)` is not a role", hint: "use \(Node.Role.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      wanted.insert(role)
    }
    return Node(name: name, address: address, roles: wanted)
  }
}
