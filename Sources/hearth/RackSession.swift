import Diagnostics
import Inventory
import Provision
import SSH
import VirtualRack

/// What nearly every command starts with: the chosen hosts, logged in and asked for their facts.
struct RackSession {
  /// The whole rack, whatever `--limit` says: names and networks of all hosts matter to each.
  let rack: Rack
  /// The hosts that this command is about.
  let hosts: [String]
  let reactor: Reactor
  let access: HostAccess
  let survey: Survey

  var networkNamespace: String? { rack.lab.map { Lab(name: $0).networkNamespacePath } }

  static func open(_ rack: Rack, hosts: [String], access options: AccessOptions) async throws -> RackSession {
    let namespace = rack.lab.map { Lab(name: $0).networkNamespacePath }
    let reactor = try Reactor(networkNamespace: namespace)
    let nodes = rack.nodes.filter { hosts.contains($0.name) }
    let access = try await HostAccess(
      nodes: nodes, person: Person.atTheTerminal, acceptNewHostKeys: options.acceptNewHostKeys)
    let survey = await Survey.take(of: nodes, access: access, on: reactor)
    return RackSession(rack: rack, hosts: hosts, reactor: reactor, access: access, survey: survey)
  }
}
