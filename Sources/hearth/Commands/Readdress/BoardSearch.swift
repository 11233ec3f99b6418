import Diagnostics
import Discovery
import Inventory
import Provision
import SSH

/// Finds the boards of an inventory by the host keys that they are known by, wherever they answer now.
struct BoardSearch {
  struct Finding: Sendable, Equatable {
    /// Where each board answers; those that answer nowhere are missing.
    var addresses: [String: IPv4Address] = [:]
    /// Boards that cannot be told apart, or answer in more than one place, with the places.
    var unclear: [String: [IPv4Address]] = [:]

    /// - Parameters:
    ///   - known: fingerprints by which each node is known.
    ///   - shown: the key that the host at each address shows.
    ///   - inventory: a board that answers there, too, has not moved.
    ///   - begun: where an earlier run has found boards. While it is not over, control planes answer at their old addresses,
    ///     too.
    init(
      known: [String: Set<String>], shown: [IPv4Address: String], inventory: [String: IPv4Address],
      begun: [String: IPv4Address] = [:]
    ) {
      for (node, keys) in known {
        let places = shown.filter { keys.contains($0.value) }.keys.sorted()
        let doubles = known.filter { $0.key != node && !$0.value.isDisjoint(with: keys) }
        if let own = begun[node], places.contains(own), doubles.isEmpty {
          addresses[node] = own
        } else if let own = inventory[node], places.contains(own), doubles.isEmpty {
          addresses[node] = own
        } else if places.count == 1, doubles.isEmpty {
          addresses[node] = places[0]
        } else if !places.isEmpty {
          unclear[node] = places
        }
      }
    }
  }

  let rack: Rack
  let networks: [LocalNetwork]?
  let begun: [String: IPv4Address]

  func find() async throws -> (finding: Finding, notes: [String]) {
    let reactor = try Reactor(networkNamespace: rack.networkNamespace)
    // Nobody is asked anything yet.
    let access = try await HostAccess(
      nodes: rack.nodes.filter { $0.sudo != .ask }, person: Operator(note: { _ in }),
      networkNamespace: rack.networkNamespace)
    var known: [String: Set<String>] = [:]
    for node in rack.nodes {
      let policy = access.hostKeys(node)
      guard policy.pins.isEmpty else {
        known[node.name] = Set(policy.pins)
        continue
      }
      var keys = try ShownHostKey.known(for: access.target(node), in: policy.knownHostsFiles)
      // A run may have ended between known_hosts and the inventory.
      if keys.isEmpty, let address = begun[node.name] {
        var moved = node
        moved.address = address
        keys = try ShownHostKey.known(for: access.target(moved), in: policy.knownHostsFiles)
      }
      known[node.name] = keys
    }
    var shown: [IPv4Address: String] = [:]
    var notes: [String] = []
    for port in Set(rack.nodes.map { access.login($0).port }).sorted() {
      let scan = Scan(networks: networks, port: port, networkNamespace: rack.networkNamespace)
      let report = try await scan.run()
      notes += report.notes
      let own = try await scan.trying(
        rack.nodes.map(\.address).filter { address in
          !report.hosts.contains { $0.address == address }
        })
      let hosts = (report.hosts + own).filter { $0.port == port }
      let keys = await concurrently(byKey: hosts.map(\.address), limit: 32) { address -> String? in
        let target = SSHTarget(name: address.description, address: address.description, port: port, user: "nobody")
        return try? await ShownHostKey.ask(target, on: reactor).fingerprint
      }
      shown.merge(keys.compactMapValues { $0 }) { $1 }
    }
    let inventory = Dictionary(rack.nodes.map { ($0.name, $0.address) }) { $1 }
    return (Finding(known: known, shown: shown, inventory: inventory, begun: begun), notes)
  }
}
