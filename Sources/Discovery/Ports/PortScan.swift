import CLibSSH2
import Glibc
import Inventory

/// Tries one port of many addresses, a bounded number at a time, and reads what an SSH server says first. Nothing is sent.
struct PortScan {
  /// Connections at a time: more would fill the neighbour table of a small router.
  static let atOnce = 64

  var port: UInt16
  /// For one address to answer, and again for its greeting.
  var patience: Duration = .milliseconds(1200)

  /// Blocks; for a thread of its own.
  ///
  /// - Returns: those where an SSH server answered.
  func run(_ addresses: [IPv4Address], isCancelled: () -> Bool = { false }) -> [IPv4Address: Greeting] {
    var waiting = addresses[...]
    var open: [Attempt] = []
    var found: [IPv4Address: Greeting] = [:]
    defer { for attempt in open { close(attempt.descriptor) } }
    while !isCancelled() {
      while open.count < Self.atOnce, let address = waiting.popFirst() {
        if let attempt = Attempt(address, port, until: .now + patience) { open.append(attempt) }
      }
      if open.isEmpty { break }
      var states = open.map { pollfd(fd: $0.descriptor, events: Int16($0.isConnected ? POLLIN : POLLOUT), revents: 0) }
      poll(&states, nfds_t(states.count), 100)
      let now = ContinuousClock.now
      var left: [Attempt] = []
      for (attempt, state) in zip(open, states) {
        var attempt = attempt
        if state.revents != 0 { attempt.advance(until: now + patience) }
        if let greeting = attempt.greeting { found[attempt.address] = greeting }
        if attempt.isOver || now >= attempt.deadline {
          close(attempt.descriptor)
        } else {
          left.append(attempt)
        }
      }
      open = left
    }
    return found
  }

  private struct Attempt {
    let address: IPv4Address
    let descriptor: Int32
    var deadline: ContinuousClock.Instant
    var isConnected = false
    var isOver = false
    var heard: [UInt8] = []
    var greeting: Greeting?

    /// Nil where there is no way at all.
    init?(_ address: IPv4Address, _ port: UInt16, until deadline: ContinuousClock.Instant) {
      self.address = address
      self.deadline = deadline
      descriptor = socket(AF_INET, Int32(hearth_sock_stream | hearth_sock_nonblock | hearth_sock_cloexec), 0)
      guard descriptor >= 0 else { return nil }
      let code = withSocketAddress(address, port) { connect(descriptor, $0, $1) }
      guard code == 0 || errno == EINPROGRESS else {
        close(descriptor)
        return nil
      }
    }

    mutating func advance(until deadline: ContinuousClock.Instant) {
      guard isConnected else {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        (isConnected, isOver) = (code == 0, code != 0)
        self.deadline = deadline
        return
      }
      var bytes = [UInt8](repeating: 0, count: Greeting.mostBytes)
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else {
        isOver = count == 0 || (errno != EAGAIN && errno != EINTR)
        return
      }
      heard += bytes.prefix(count)
      greeting = Greeting(heard)
      isOver = greeting != nil || heard.count >= Greeting.mostBytes
    }
  }
}

func withSocketAddress<Result>(
  _ address: IPv4Address, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  var place = sockaddr_in()
  place.sin_family = sa_family_t(AF_INET)
  place.sin_port = port.bigEndian
  place.sin_addr.s_addr = address.bits.bigEndian
  return withUnsafePointer(to: &place) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}
