import CLibSSH2
import Diagnostics
import Glibc

/// An address to connect to, as the resolver gave it.
struct SocketAddress: Sendable {
  var family: Int32
  /// The bytes of a `sockaddr` of that family.
  var bytes: [UInt8]

  /// Addresses of a host in the resolver's order. Numeric addresses are answered at once; names on a thread of their
  /// own, because the resolver blocks (and always in the process's own network, where its name servers are).
  static func resolve(_ host: String, port: UInt16) async throws(HearthError) -> [SocketAddress] {
    if case .success(let numeric) = lookUp(host, port, AI_NUMERICHOST) { return numeric }
    return try await offThread { lookUp(host, port, 0) }
  }

  private static func lookUp(_ host: String, _ port: UInt16, _ flags: Int32) -> Result<[SocketAddress], HearthError> {
    var hints = addrinfo()
    hints.ai_flags = flags | AI_NUMERICSERV
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(hearth_sock_stream)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0 else {
      return .failure(
        HearthError(
          .unreachable, "the name \(host) cannot be resolved", hint: "Check the spelling, or give the address instead",
          cause: String(cString: gai_strerror(code)), command: "getent hosts \(host.shellQuoted)"
        ))
    }
    var found: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
      if let address = entry.ai_addr {
        let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
        found.append(SocketAddress(family: entry.ai_family, bytes: Array(bytes)))
      }
      next = entry.ai_next
    }
    return .success(found)
  }

  /// Begins to connect without waiting. The socket is closed on exec and carries no Nagle delay.
  ///
  /// - Returns: the socket, or the system's error code.
  func startConnecting() -> Result<Int32, SystemCode> {
    let kind = Int32(hearth_sock_stream | hearth_sock_nonblock | hearth_sock_cloexec)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { return .failure(SystemCode(errno)) }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    let code = bytes.withUnsafeBytes { raw in
      raw.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, socklen_t(raw.count)) }
    }
    if code == 0 || errno == EINPROGRESS { return .success(descriptor) }
    let failure = SystemCode(errno)
    close(descriptor)
    return .failure(failure)
  }
}

/// An `errno`.
struct SystemCode: Error {
  var value: Int32
  init(_ value: Int32) { self.value = value }
  var text: String { String(cString: strerror(value)) }
}
