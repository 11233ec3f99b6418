import ArgumentParser
import Diagnostics
import Inventory
import Provision
import SSH

/// The least that any command costs which asks hosts: what `scripts/bench` compares the others with.
struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in to every host, run `true` there, and say how long each took.",
    shouldDisplay: false
  )

  @Flag(help: "Run it as root, as everything is that hearth does on hosts; otherwise as the user who logs in.")
  var root = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions

  func run() async throws {
    let rack = try rackOptions.load()
    let hosts = try rackOptions.hosts(of: rack)
    let nodes = rack.nodes.filter { hosts.contains($0.name) }
    let reactor = try Reactor(networkNamespace: rack.networkNamespace)
    let access = try await HostAccess(
      nodes: nodes, person: Person.atTheTerminal, acceptNewHostKeys: access.acceptNewHostKeys,
      networkNamespace: rack.networkNamespace)
    let root = root
    let visits = await concurrently(nodes) { node in await Self.visit(node, access, reactor, root: root) }
    var errors: [HearthError] = []
    for (node, visit) in zip(nodes, visits) {
      switch visit {
      case .success(let seconds): Terminal.writeOutput("\(node.name)  \(Quantity.seconds(seconds))\n")
      case .failure(let error): errors.append(error)
      }
    }
    guard errors.isEmpty else { throw HearthErrors(errors) }
  }

  private static func visit(
    _ node: Node, _ access: HostAccess, _ reactor: Reactor, root: Bool
  ) async -> Result<Double, HearthError> {
    let started = ContinuousClock.now
    do throws(HearthError) {
      let connection = SSHConnection(try access.target(node), on: reactor)
      try await connection.connect(
        credentials: access.credentials(node), hostKeys: access.hostKeys(node), hops: try access.hops(node))
      let result =
        root
        ? try await SSHRootShell(connection, privilege: access.privilege(node)).run("true")
        : try await connection.execute("true")
      await connection.close()
      guard result.status == 0 else {
        throw HearthError(.remoteCommand, "`true` ended with status \(result.status)")
      }
      return .success(LiveTable.seconds(ContinuousClock.now - started))
    } catch {
      return .failure(error.at(Subject(host: node.name)))
    }
  }
}
