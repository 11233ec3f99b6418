package import Diagnostics
package import Inventory
import Provision
package import SSH
import Templates

/// Whether somebody in the LAN has one of the addresses that Services are to get, asked by ARP from the nodes: the same
/// question that everybody who wants to reach a Service will ask.
package struct AddressProbe: Sendable {
  package struct Occupant: Sendable, Equatable {
    package var address: IPv4Address
    package var mac: String
    package init(address: IPv4Address, mac: String) {
      self.address = address
      self.mac = mac
    }
  }

  /// Two of the kernel's three questions leave within so many seconds.
  private static let patienceSeconds = 2

  package static func program(_ range: AddressRange) throws(HearthError) -> String {
    try Template("facts/arp.sh").render([
      "addresses": range.addresses.map(\.description), "seconds": patienceSeconds,
    ])
  }

  /// - Parameter outputs: of ``program(_:)`` on each host: lines of `@arp ADDRESS MAC` for who answered, and `@own ADDRESS`
  ///   for what the host itself carries; others are the login's.
  /// - Returns: strangers, by address; what a node of the rack carries is not a stranger's.
  package static func occupants(of range: AddressRange, in outputs: [String]) -> [Occupant] {
    var (own, found): (Set<IPv4Address>, [IPv4Address: String]) = ([], [:])
    for line in outputs.flatMap({ $0.split(whereSeparator: \.isNewline) }) {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 2, let address = IPv4Address(words[1]), range.contains(address) else { continue }
      if words[0] == "@own", words.count == 2 { own.insert(address) }
      if words[0] == "@arp", words.count == 3, words[2].wholeMatch(of: /([0-9a-f]{2}:){5}[0-9a-f]{2}/) != nil {
        found[address] = words[2]
      }
    }
    return found.filter { !own.contains($0.key) }.map { Occupant(address: $0.key, mac: $0.value) }
      .sorted { $0.address < $1.address }
  }

  /// Asks from all hosts at once; nothing where the inventory has no addresses for Services.
  package static func findings(_ rack: Rack, shells: [String: any RootShell]) async -> [CheckFinding] {
    guard let range = rack.cluster.loadBalancer?.addresses, let program = try? program(range) else { return [] }
    let outputs = await concurrently(rack.nodes.compactMap { shells[$0.name] }) { shell in
      (try? await shell.run(program, timeout: .seconds(60)))?.outputText ?? ""
    }
    return occupants(of: range, in: outputs).map {
      CheckFinding(.serviceAddressTaken, "\($0.address) answers, \($0.mac)")
    }
  }
}
