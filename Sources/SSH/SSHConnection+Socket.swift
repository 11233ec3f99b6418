import Diagnostics
import Glibc

extension SSHConnection {
  /// A connected, non-blocking socket that leads to the host's SSH port, directly or through jump hosts.
  func openSocket(credentials: [Credential], hostKeys: HostKeyPolicy) async throws(HearthError) -> Int32 {
    guard target.jumps.isEmpty else {
      return try await openSocketThroughJumpHosts(credentials: credentials, hostKeys: hostKeys)
    }
    var last = SystemCode(EHOSTUNREACH)
    for address in try await SocketAddress.resolve(target.address, port: target.port) {
      switch address.startConnecting() {
      case .failure(let code): last = code
      case .success(let descriptor):
        let code = try await connected(descriptor)
        guard code != 0 else { return descriptor }
        Glibc.close(descriptor)
        last = SystemCode(code)
      }
    }
    throw unreachable(last)
  }

  /// Waits for a connect to end.
  ///
  /// - Returns: 0 or the error code of the socket.
  private func connected(_ descriptor: Int32) async throws(HearthError) -> Int32 {
    do throws(HearthError) {
      try await wait(descriptor: descriptor, events: Int16(POLLOUT), until: connectDeadline)
    } catch {
      Glibc.close(descriptor)
      throw error.code == .timedOut ? unreachable(SystemCode(ETIMEDOUT)) : error
    }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code
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
          "Check the cable and that this machine is in the host's network (ip route get \(target.address))"
        )
      default:
        ("cannot connect to \(place): \(code.text)", "Check the address and this machine's network")
      }
    return HearthError(
      .unreachable, message, subject: Subject(host: target.name), hint: hint, cause: code.text,
      command: target.command
    )
  }
}
