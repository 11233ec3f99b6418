package import Inventory

/// Which addresses are tried: a bounded number, this machine's own left out.
package struct ScanRange: Sendable, Equatable {
  /// Four networks of the usual size at home.
  package static let most = 1024

  package private(set) var addresses: [IPv4Address] = []
  /// What was left out, for people.
  package private(set) var notes: [String] = []

  /// - Parameter networks: of those larger than a /22 only the neighbourhood, a /24, is taken.
  package init(_ networks: [LocalNetwork]) {
    let own = Set(networks.map(\.address))
    var seen = own
    for network in networks {
      var part = network
      if part.prefix < 22 {
        part.prefix = 24
        notes.append("\(network.text) is large: only \(part.text) was tried; name others with --network")
      }
      let mask = IPv4Network.mask(part.prefix)
      let base = part.address.bits & mask
      for offset in 1..<max(2, ~mask) where addresses.count < Self.most {
        let address = IPv4Address(bits: base | offset)
        if seen.insert(address).inserted { addresses.append(address) }
      }
    }
    if addresses.count == Self.most { notes.append("only the first \(Self.most) addresses were tried") }
  }

  /// What a person named; mistakes are nil.
  package static func network(_ text: String) -> LocalNetwork? {
    guard let network = IPv4Network(text), (22...30).contains(network.prefix) else { return nil }
    return LocalNetwork(interface: "", address: network.base, prefix: network.prefix)
  }
}
