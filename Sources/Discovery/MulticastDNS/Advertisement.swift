package import Inventory
import Untrusted

/// A host that announces itself.
package struct Advertisement: Sendable, Equatable {
  /// `pi1.local`.
  package var name: String
  package var addresses: Set<IPv4Address>
  /// Where its SSH server listens, if it said so.
  package var port: UInt16?

  package init(name: String, addresses: Set<IPv4Address>, port: UInt16? = nil) {
    (self.name, self.addresses, self.port) = (name, addresses, port)
  }

  /// What several messages together say.
  ///
  /// - Parameter networks: addresses outside of them are left out: nobody else's address is tried because of a message.
  package static func all(in messages: [DNSMessage], networks: [LocalNetwork]) -> [Advertisement] {
    var addresses: [DNSName: Set<IPv4Address>] = [:]
    var services: [DNSName: (host: DNSName, port: UInt16)] = [:]
    var kinds: [DNSName: Set<DNSName>] = [:]
    for record in messages.filter(\.isResponse).flatMap(\.records) {
      switch record.content {
      case .address(let address) where networks.contains { $0.contains(address) }:
        addresses[record.name, default: []].insert(address)
      case .service(let host, let port): services[record.name] = (host, port)
      case .pointer(let instance): kinds[instance, default: []].insert(record.name)
      default: break
      }
    }
    let asked = Set(DNSQuery.services.questions.map(\.name))
    let ssh = DNSName("_ssh._tcp.local")
    var found: [DNSName: Advertisement] = [:]
    for (instance, service) in services {
      guard let kind = kinds[instance], !kind.isDisjoint(with: asked), let known = addresses[service.host],
        NamePattern.hostName.accepts(service.host.text)
      else { continue }
      var host = found[service.host] ?? Advertisement(name: service.host.text, addresses: known)
      if kind.contains(ssh), service.port > 0 { host.port = service.port }
      found[service.host] = host
    }
    return found.values.sorted { $0.name < $1.name }
  }
}
