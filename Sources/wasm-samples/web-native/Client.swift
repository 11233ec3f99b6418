/// Asks so often, over several connections that each have one request under way, and ends: who calls it looks at the clock.
///
/// - Returns: 0, or 1 when an answer stayed away.
func ask(port: UInt64, connections: UInt64, requests: UInt64) -> Int32 {
  let count = Int(min(max(connections, 1), 64))
  return withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { sockets in
    var address = Loopback(port: port)
    for index in 0..<count {
      sockets[index] = stream()
      guard connect(sockets[index], &address, 16) == 0, request(sockets[index]) else { return 1 }
    }
    return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { space in
      for number in 0..<Int(max(requests, UInt64(count))) {
        let socket = sockets[number % count]
        guard receive("0\r\n\r\n", from: socket, space) else { return 1 }
        if number + count < Int(requests), !request(socket) { return 1 }
      }
      return 0
    }
  }
}

private func request(_ socket: Int32) -> Bool { send("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", to: socket) }
