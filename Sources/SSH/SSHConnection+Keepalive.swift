import CLibSSH2
import Diagnostics
import Glibc

extension SSHConnection {
  /// Seconds between two questions "are you there?".
  private static let keepaliveSeconds = 15
  /// Silence after which a peer counts as dead, in such intervals.
  private static let silentIntervals = 3

  /// Asks from time to time whether the peer is there. libssh2 keeps no record of answers, so this counts any byte
  /// received as one. The connection is closed when there is none.
  func startKeepalive() {
    guard let session else { return }
    libssh2_keepalive_config(session.pointer, 1, UInt32(Self.keepaliveSeconds - 1))
    background.append(Task { [weak self] in
      var silent = 0
      var received: UInt64 = 0
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(Self.keepaliveSeconds))
        guard let now = await self?.keepalive() else { return }
        silent = now == received ? silent + 1 : 0
        received = now
        if silent >= Self.silentIntervals {
          await self?.declareDead(after: silent * Self.keepaliveSeconds)
          return
        }
      }
    })
  }

  /// - Returns: bytes received so far, or nil when the connection is closed.
  private func keepalive() -> UInt64? {
    guard let session else { return nil }
    // libssh2 1.10 keeps this packet on its stack and could not send the rest of it later: only into an empty socket.
    var descriptor = pollfd(fd: session.socket, events: Int16(POLLOUT), revents: 0)
    if sender == nil, poll(&descriptor, 1, 0) == 1, descriptor.revents & Int16(POLLOUT) != 0 {
      var next: Int32 = 0
      if libssh2_keepalive_send(session.pointer, &next) != 0 { shut(lost("a keepalive could not be sent")) }
    }
    return self.session?.receivedBytes
  }

  private func declareDead(after seconds: Int) {
    shut(lost("no answer for \(seconds) s"))
  }
}
