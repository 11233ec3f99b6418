import CLibSSH2
import Diagnostics
import Glibc

extension SSHConnection {
  /// Silence after which a peer counts as dead, in intervals.
  private static let silentIntervals = 4

  /// Asks from time to time whether the peer is there. libssh2 keeps no record of answers, so this counts any byte that
  /// arrived as one. The connection is closed when there is none.
  func startKeepalive() {
    guard let session else { return }
    // libssh2 counts whole seconds, and sends nothing if it is asked a moment before its interval is over.
    libssh2_keepalive_config(session.pointer, 1, UInt32(max(1, Int(keepalive / .seconds(1)) - 1)))
    background.append(
      Task { [weak self, keepalive] in
        var silent = 0
        var arrived: UInt64 = 0
        for await look in ContinuousClock().looks(every: keepalive) where look > 0 {
          guard let now = await self?.askWhetherAlive() else { return }
          silent = now == arrived ? silent + 1 : 0
          arrived = now
          if silent >= Self.silentIntervals {
            await self?.declareDead(after: keepalive * silent)
            return
          }
        }
      })
  }

  /// - Returns: bytes that arrived so far, or nil when the connection is closed.
  private func askWhetherAlive() -> UInt64? {
    guard let session else { return nil }
    // libssh2 1.10 keeps this packet on its stack and could not send the rest of it later: only into an empty socket.
    var descriptor = pollfd(fd: session.socket, events: Int16(POLLOUT), revents: 0)
    if sender == nil, poll(&descriptor, 1, 0) == 1, descriptor.revents & Int16(POLLOUT) != 0 {
      var next: Int32 = 0
      if libssh2_keepalive_send(session.pointer, &next) != 0 { shut(lost("a keepalive could not be sent")) }
    }
    return self.session?.arrivedBytes
  }

  private func declareDead(after silence: Duration) {
    shut(lost("no answer for \(silence.components.seconds) s"))
  }
}
