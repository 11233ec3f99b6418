package import Diagnostics
package import Inventory
import SSH
import Synchronization

/// Looks for SSH hosts on the networks that this machine is part of: by trying their addresses, and by asking who is there.
package struct Scan: Sendable {
  package struct Host: Sendable, Equatable {
    package var address: IPv4Address
    package var port: UInt16
    /// As it announces itself, such as `pi1.local`; nil where it does not.
    package var name: String?
    /// What its SSH server says of itself.
    package var software: String

    package init(address: IPv4Address, port: UInt16 = 22, name: String? = nil, software: String = "") {
      (self.address, self.port, self.name, self.software) = (address, port, name, software)
    }
  }

  package struct Report: Sendable, Equatable {
    package var hosts: [Host] = []
    package var networks: [LocalNetwork] = []
    package var notes: [String] = []
  }

  /// Nil for this machine's own.
  package var networks: [LocalNetwork]?
  package var port: UInt16
  /// A path; nil stays in this process's own network.
  package var networkNamespace: String?

  package init(networks: [LocalNetwork]? = nil, port: UInt16 = 22, networkNamespace: String? = nil) {
    (self.networks, self.port, self.networkNamespace) = (networks, port, networkNamespace)
  }

  /// Everything that answers. Nothing is logged in to.
  package func run() async throws(HearthError) -> Report {
    try await away { isCancelled in
      let own = LocalNetwork.all().filter(\.isLookedAt)
      let networks = networks ?? own
      let range = ScanRange(networks)
      let messages = MulticastDNS(networks: own).ask(.services, isCancelled: isCancelled)
      let announced = Advertisement.all(in: messages, networks: networks)
      let scan = PortScan(port: port)
      var hosts = Self.hosts(scan.run(range.addresses, isCancelled: isCancelled), announced, port: port)
      // Those that listen elsewhere said so themselves.
      let elsewhere = announced.filter { $0.port != nil && $0.port != port }
      for host in elsewhere.prefix(16) {
        guard let other = host.port else { continue }
        let found = PortScan(port: other).run(Array(host.addresses.prefix(4)), isCancelled: isCancelled)
        hosts += Self.hosts(found, [host], port: other)
      }
      return Report(
        hosts: hosts.sorted { ($0.address, $0.port) < ($1.address, $1.port) }, networks: networks, notes: range.notes)
    }
  }

  /// Which of these addresses have an SSH server.
  package func trying(_ addresses: [IPv4Address]) async throws(HearthError) -> [Host] {
    let some = Array(addresses.prefix(ScanRange.most))
    return try await away { isCancelled in
      Self.hosts(PortScan(port: port).run(some, isCancelled: isCancelled), [], port: port)
        .sorted { $0.address < $1.address }
    }
  }

  /// The addresses of names such as `pi1.local`, as their owners say; names that nobody answers to are left out.
  package func resolve(_ names: [String]) async throws(HearthError) -> [String: IPv4Address] {
    let query = DNSQuery(names.prefix(64).map { (DNSName($0), .address) })
    return try await away { isCancelled in
      let own = LocalNetwork.all().filter(\.isLookedAt)
      let messages = MulticastDNS(networks: own).ask(query, isCancelled: isCancelled)
      var found: [String: IPv4Address] = [:]
      for record in messages.filter(\.isResponse).flatMap(\.records) {
        guard case .address(let address) = record.content, own.contains(where: { $0.contains(address) }) else {
          continue
        }
        for name in names where DNSName(name) == record.name && found[name] == nil { found[name] = address }
      }
      return found
    }
  }

  private static func hosts(
    _ greetings: [IPv4Address: Greeting], _ announced: [Advertisement], port: UInt16
  ) -> [Host] {
    greetings.map { address, greeting in
      Host(
        address: address, port: port, name: announced.first { $0.addresses.contains(address) }?.name,
        software: greeting.software)
    }
  }

  /// On a thread of its own, in the namespace; ends early where its task is cancelled.
  private func away<Value: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: () -> Bool) -> Value
  ) async throws(HearthError) -> Value {
    let mark = CancellationMark()
    let result: Result<Value, HearthError> = await withTaskCancellationHandler {
      do throws(HearthError) {
        return .success(
          try await offThread(in: networkNamespace) { .success(work { mark.isSet }) })
      } catch {
        return .failure(error)
      }
    } onCancel: {
      mark.set()
    }
    if mark.isSet { throw HearthError(.cancelled, "stopped") }
    return try result.get()
  }
}

/// Set once, from any thread.
private final class CancellationMark: Sendable {
  private let isRaised = Atomic(false)
  var isSet: Bool { isRaised.load(ordering: .relaxed) }
  func set() { isRaised.store(true, ordering: .relaxed) }
}
