import CLibSSH2
import Diagnostics
import Glibc

/// A forwarded channel and the socket whose bytes it carries. Belongs to the connection that forwards.
final class Tunnel {
  let channel: Channel
  let near: Int32
  /// One direction has ended, so the other one has nothing left to do.
  var isOver = false

  init(_ channel: Channel, near: Int32) { (self.channel, self.near) = (channel, near) }

  deinit { close(near) }
}

/// Moves a tunnel's bytes, each direction in a task of its own.
extension SSHConnection {
  private static let relayBytes = 64 * 1024

  func relay(_ tunnel: Tunnel) async {
    let toHost = Task { await self.relayToHost(tunnel) }
    await relayFromHost(tunnel)
    await toHost.value
    await reap(tunnel.channel)
  }

  private func relayToHost(_ tunnel: Tunnel) async {
    let operation = newOperation()
    do throws(HearthError) {
      while !tunnel.isOver {
        var bytes = [UInt8](repeating: 0, count: Self.relayBytes)
        let count = recv(tunnel.near, &bytes, bytes.count, 0)
        if count < 0, errno == EAGAIN {
          try await wait(descriptor: tunnel.near, events: Int16(POLLIN), until: nil)
        } else if count > 0 {
          try await send(bytes[..<count], through: tunnel.channel, operation)
        } else {
          break
        }
      }
    } catch {
      // The connection is gone; closing the tunnel tells the other end.
    }
    end(tunnel)
  }

  private func send(
    _ bytes: ArraySlice<UInt8>, through channel: Channel, _ operation: Operation
  ) async throws(HearthError) {
    var rest = bytes
    while !rest.isEmpty {
      let chunk = rest
      let code = try await performNow(operation, until: nil) { _ in chunk.withUnsafeBytes { channel.write($0) } }
      if code == Int(LIBSSH2_ERROR_EAGAIN) || code == 0 {
        try await socketReady(Int16(POLLIN), until: nil)
      } else {
        try check(code, "sending through a tunnel")
        rest = rest.dropFirst(code)
      }
    }
  }

  private func relayFromHost(_ tunnel: Tunnel) async {
    let operation = newOperation()
    do throws(HearthError) {
      while !tunnel.isOver {
        let code = try await performNow(operation, until: nil) { _ in
          tunnel.channel.read(0, into: &tunnel.channel.received, Self.relayBytes)
        }
        if code > 0 {
          try await pass(tunnel.channel.received, to: tunnel)
        } else if code == Int(LIBSSH2_ERROR_EAGAIN) || code == 0 {
          if libssh2_channel_eof(tunnel.channel.pointer) == 1 { break }
          try await socketReady(Int16(POLLIN), until: nil)
        } else {
          try check(code, "reading from a tunnel")
        }
      }
    } catch {
      // As above.
    }
    end(tunnel)
  }

  private func pass(_ bytes: [UInt8], to tunnel: Tunnel) async throws(HearthError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(tunnel.near, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno == EAGAIN {
        try await wait(descriptor: tunnel.near, events: Int16(POLLOUT), until: nil)
      } else if count > 0 {
        rest = rest.dropFirst(count)
      } else {
        throw .system("a tunnel's near end is closed")
      }
    }
  }

  private func end(_ tunnel: Tunnel) {
    tunnel.isOver = true
    shutdown(tunnel.near, Int32(SHUT_RDWR))
    wakeOthers()
  }
}
