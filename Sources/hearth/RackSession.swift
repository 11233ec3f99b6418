import Bootstrap
import Diagnostics
import HTTP
import Inventory
import Provision
import SSH
import Smoke
import VirtualRack

/// What nearly every command starts with: the chosen hosts, logged in and asked for their facts.
struct RackSession: Sendable {
  /// The whole rack, whatever `--limit` says: names and networks of all hosts matter to each.
  let rack: Rack
  /// The hosts that this command is about.
  let hosts: [String]
  let reactor: Reactor
  let access: HostAccess
  let survey: Survey
  /// False while hosts may still be logged in to: those that cannot be reached then fail when they are used.
  let isLoggedIn: Bool

  /// - Parameters:
  ///   - listening: hosts that are asked too, though the command is not about them.
  ///   - waits: false begins to log in and leaves the waiting to whoever uses a host; there are no facts then.
  static func open(
    _ rack: Rack, hosts: [String], listening: [String] = [], access options: AccessOptions, facts: Bool = true,
    changedHostKeys: [String: HostKeyPolicy.Changed] = [:], formerAddresses: [String: IPv4Address] = [:],
    waits: Bool = true
  ) async throws -> RackSession {
    let reactor = try Reactor(networkNamespace: rack.networkNamespace)
    let nodes = rack.nodes.filter { hosts.contains($0.name) || listening.contains($0.name) }
    var access = try await HostAccess(
      nodes: nodes, person: Person.atTheTerminal, acceptNewHostKeys: options.acceptNewHostKeys,
      networkNamespace: rack.networkNamespace)
    access.changedHostKeys = changedHostKeys
    access.formerAddresses = formerAddresses
    let survey =
      waits
      ? await Survey.take(
        of: nodes, access: access, on: reactor, withFacts: facts, companion: ClusterView.program(for: rack))
      : Survey.begin(of: nodes, access: access, on: reactor)
    return RackSession(rack: rack, hosts: hosts, reactor: reactor, access: access, survey: survey, isLoggedIn: waits)
  }

  /// Reaches the nodes as people do: from the rack's own network, or from this machine.
  func outsideProbe() -> any OutsideProbe {
    OutsideClient(
      client: HTTPClient(
        networkNamespace: rack.networkNamespace,
        options: HTTPOptions(proxy: rack.lab == nil ? nil : "")))
  }

  /// A new connection to a host that was lost or restarted.
  func reconnect(_ host: String) async throws(HearthError) -> any RootShell {
    guard let node = rack.nodes.first(where: { $0.name == host }) else {
      throw HearthError(.internalError, "no host named \(host)")
    }
    return try await Fleet.connect(node, access: access, on: reactor, timeout: .seconds(5)).get()
  }
}

extension Rack {
  /// Where programs must be to reach the hosts of a virtual rack; nil for real ones.
  var networkNamespace: String? { lab.map { Lab(name: $0).networkNamespacePath } }
}
