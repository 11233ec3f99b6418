import CLibSSH2
import Diagnostics
import Glibc

extension SSHConnection {
  /// A socket whose far end leads through the jump hosts to the target. Each hop has its own login and host key check.
  func openSocketThroughJumpHosts(_ hops: [JumpHop]) async throws(HearthError) -> Int32 {
    guard let hop = hops.last else { throw HearthError(.internalError, "no jump host") }
    var last = hop.target
    last.jumps = target.jumps.dropLast()
    last.name = "\(target.name) (jump host \(last.address))"
    let connection = jump ?? SSHConnection(last, on: reactor)
    if jump == nil {
      let left = ContinuousClock.now.duration(to: connectDeadline)
      try await connection.connect(
        credentials: hop.credentials, hostKeys: hop.hostKeys, hops: hops.dropLast(), timeout: left)
      jump = connection
    }
    return try await connection.forward(to: target, until: connectDeadline)
  }

  /// Opens a tunnel to a host as this one sees it.
  ///
  /// - Returns: one end of a socket pair, whose bytes travel through the tunnel until either side closes.
  fileprivate func forward(
    to target: SSHTarget, until deadline: ContinuousClock.Instant
  ) async throws(HearthError) -> Int32 {
    let channel = Channel()
    let code: Int
    do throws(HearthError) {
      code = try await perform(newOperation(), until: deadline, exclusive: true) { session in
        channel.pointer = libssh2_channel_direct_tcpip_ex(
          session.pointer, target.address, Int32(target.port), "127.0.0.1", 0)
        return channel.pointer == nil ? Int(libssh2_session_last_errno(session.pointer)) : 0
      }
    } catch {
      Task { await self.reap(channel) }
      throw error
    }
    guard code == 0 else {
      throw HearthError(
        .unreachable, "the jump host \(self.target.address) cannot reach \(target.address), port \(target.port)",
        subject: Subject(host: target.name),
        hint: "Check from the jump host that the address answers, and that its sshd allows AllowTcpForwarding",
        cause: session?.lastError.text,
        command: "\(self.target.command) nc -vz \(target.address.shellQuoted) \(target.port)"
      )
    }
    var ends: [Int32] = [-1, -1]
    let kind = Int32(hearth_sock_stream | hearth_sock_nonblock | hearth_sock_cloexec)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .system("cannot make a socket pair") }
    let tunnel = Tunnel(channel, near: ends[0])
    background.append(Task { await self.relay(tunnel) })
    return ends[1]
  }
}
