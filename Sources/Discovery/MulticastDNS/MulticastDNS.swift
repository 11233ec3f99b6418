import CLibSSH2
import Glibc
import Inventory

/// Asks everybody on the local networks and listens for a short while. Questions leave from a port of their own, so that
/// answers come back to it alone (RFC 6762, 6.7) and no daemon of this machine is in the way.
struct MulticastDNS {
  /// Of all networks together.
  static let mostMessages = 512
  static let group = IPv4Address(bits: 0xE000_00FB)
  static let port: UInt16 = 5353

  var networks: [LocalNetwork]
  var patience: Duration = .milliseconds(1500)
  /// The second time for those that did not hear the first.
  var repeated: Duration = .milliseconds(500)

  /// Blocks; for a thread of its own.
  func ask(_ query: DNSQuery, isCancelled: () -> Bool = { false }) -> [DNSMessage] {
    let sockets = networks.compactMap { network in Self.open(network).map { (network, $0) } }
    defer { for (_, descriptor) in sockets { close(descriptor) } }
    guard !sockets.isEmpty else { return [] }
    let start = ContinuousClock.now
    var sent = 0
    var messages: [DNSMessage] = []
    var count = 0
    while ContinuousClock.now < start + patience, count < Self.mostMessages, !isCancelled() {
      if sent == 0 || (sent == 1 && ContinuousClock.now >= start + repeated) {
        for (_, descriptor) in sockets { send(query.bytes, descriptor) }
        sent += 1
      }
      var states = sockets.map { pollfd(fd: $0.1, events: Int16(POLLIN), revents: 0) }
      poll(&states, nfds_t(states.count), 50)
      for (index, state) in states.enumerated() where state.revents != 0 {
        count += 1
        if let message = receive(sockets[index].1, from: sockets[index].0) { messages.append(message) }
      }
    }
    return messages
  }

  private static func open(_ network: LocalNetwork) -> Int32? {
    let descriptor = socket(AF_INET, Int32(hearth_sock_dgram | hearth_sock_nonblock | hearth_sock_cloexec), 0)
    guard descriptor >= 0 else { return nil }
    var own = in_addr(s_addr: network.address.bits.bigEndian)
    var hops: Int32 = 255
    let isReady =
      withSocketAddress(network.address, 0) { bind(descriptor, $0, $1) } == 0
      && setsockopt(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_IF, &own, socklen_t(MemoryLayout<in_addr>.size)) == 0
      && setsockopt(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_TTL, &hops, socklen_t(MemoryLayout<Int32>.size)) == 0
    guard isReady else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private func send(_ bytes: [UInt8], _ descriptor: Int32) {
    _ = withSocketAddress(Self.group, Self.port) { sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
  }

  /// Only what comes from this network's own machines.
  private func receive(_ descriptor: Int32, from network: LocalNetwork) -> DNSMessage? {
    var bytes = [UInt8](repeating: 0, count: DNSMessage.mostBytes + 1)
    var sender = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &sender) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(descriptor, &bytes, bytes.count, 0, $0, &size)
      }
    }
    guard count > 0, network.contains(IPv4Address(bits: UInt32(bigEndian: sender.sin_addr.s_addr))) else { return nil }
    return DNSMessage(Array(bytes.prefix(count)))
  }
}
