import Diagnostics
import Glibc

extension SSHConnection {
  /// A connected, non-blocking socket that leads to the host's SSH port, directly or through jump hosts.
  func openSocket(_ hops: [JumpHop]) async throws(HearthError) -> Int32 {
    guard target.jumps.isEmpty else { return try await openSocketThroughJumpHosts(hops) }
    return try await race(try await SocketAddress.resolve(target.address, port: target.port))
  }

  /// How long an address is given before the next one is tried beside it (RFC 8305 says 250 ms).
  private static let headStart = Duration.milliseconds(250)
  /// Between two looks at several sockets at once: a wait is for one descriptor.
  private static let glance = Duration.milliseconds(10)

  /// Connects to the first of several addresses that answers. A dead one costs a head start, not the time of all.
  private func race(_ addresses: [SocketAddress]) async throws(HearthError) -> Int32 {
    var waiting = addresses[...]
    var pending: [Int32] = []
    var last = SystemCode(EHOSTUNREACH)
    var nextStart = ContinuousClock.now
    defer { for descriptor in pending { Glibc.close(descriptor) } }
    while true {
      if let address = waiting.first, pending.isEmpty || ContinuousClock.now >= nextStart {
        waiting = waiting.dropFirst()
        nextStart = .now + Self.headStart
        switch address.startConnecting() {
        case .failure(let code): last = code
        case .success(let descriptor): pending.append(descriptor)
        }
      }
      for descriptor in pending {
        guard let code = Self.outcome(descriptor) else { continue }
        pending.removeAll { $0 == descriptor }
        if code == 0 { return descriptor }
        Glibc.close(descriptor)
        last = SystemCode(code)
      }
      if pending.isEmpty {
        if waiting.isEmpty { throw unreachable(last) }
        continue
      }
      if ContinuousClock.now >= connectDeadline { throw unreachable(SystemCode(ETIMEDOUT)) }
      try await waitForAny(pending, until: waiting.isEmpty ? connectDeadline : min(nextStart, connectDeadline))
    }
  }

  private func waitForAny(_ descriptors: [Int32], until deadline: ContinuousClock.Instant) async throws(HearthError) {
    do throws(HearthError) {
      if descriptors.count == 1 {
        try await wait(descriptor: descriptors[0], events: Int16(POLLOUT), until: deadline)
      } else {
        try await wait(descriptor: -1, events: 0, until: min(deadline, .now + Self.glance))
      }
    } catch {
      guard error.code == .timedOut else { throw error }
    }
  }

  /// - Returns: 0 or the error code of a connect that has ended; nil while it goes on.
  private static func outcome(_ descriptor: Int32) -> Int32? {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&state, 1, 0) == 1 else { return nil }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code
  }

  /// macOS answers "no route to host" also where it keeps a program from the local network.
  private static func routeAdvice(_ address: String) -> String {
    #if os(macOS)
      "route get \(address)); macOS says the same while the terminal may not use the local network: "
        + "System Settings, Privacy & Security, Local Network (switch it on for the terminal"
    #else
      "ip route get \(address.shellQuoted)"
    #endif
  }

  private func unreachable(_ code: SystemCode) -> HearthError {
    let place = "\(target.address), port \(target.port)"
    let (message, hint): (String, String) =
      switch code.value {
      case ECONNREFUSED:
        (
          "\(place), refuses connections: the host is up, but nothing listens there",
          "Check on the host that sshd runs (systemctl status ssh) and which port it listens on"
        )
      case ETIMEDOUT:
        (
          "\(place), does not answer",
          "Check that the host has power, has finished booting and has this address, and that no firewall drops SSH"
        )
      case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN:
        (
          "there is no way to \(place)",
          "Check the cable and that this machine is in the host's network (\(Self.routeAdvice(target.address)))"
        )
      default:
        ("cannot connect to \(place): \(code.text)", "Check the address and this machine's network")
      }
    return HearthError(
      .unreachable, message, subject: Subject(host: target.name), hint: hint,
      cause: [code.text, target.origin].compactMap { $0 }.joined(separator: "; "),
      command: target.command
    )
  }
}
