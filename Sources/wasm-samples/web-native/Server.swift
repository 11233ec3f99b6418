/// Answers every request as the HTTP component under wasmtime does, but for the date; with a process for each core.
func serve(port: UInt64) -> Int32 {
  for _ in 1..<max(2, sysconf(84)) where fork() == 0 { break }  // _SC_NPROCESSORS_ONLN
  let door = stream()
  var on: Int32 = 1
  var address = Loopback(port: port)
  guard setsockopt(door, 1, 15, &on, 4) == 0,  // SO_REUSEPORT
    bind(door, &address, 16) == 0, listen(door, 128) == 0
  else { return 1 }
  return withUnsafeTemporaryAllocation(of: Watched.self, capacity: 64) { watched -> Int32 in
    watched[0] = Watched(door)
    var count = 1
    while true {
      guard poll(watched.baseAddress, UInt(count), -1) > 0 else { continue }
      var index = 1
      while index < count {
        if watched[index].happened == 0 || answer(watched[index].file) {
          index += 1
        } else {
          _ = close(watched[index].file)
          count -= 1
          watched[index] = watched[count]
        }
      }
      guard watched[0].happened != 0, count < 64 else { continue }
      let connection = accept(door, nil, nil)
      guard connection >= 0 else { continue }
      _ = setsockopt(connection, 6, 1, &on, 4)  // TCP_NODELAY
      watched[count] = Watched(connection)
      count += 1
    }
  }
}

/// A `pollfd`.
private struct Watched {
  let file: Int32
  let wanted: Int16 = 1  // POLLIN
  var happened: Int16 = 0

  init(_ file: Int32) { self.file = file }
}

/// False when the other side is gone.
private func answer(_ connection: Int32) -> Bool {
  withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { space in
    receive("\r\n\r\n", from: connection, space)
      && send(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n24\r\nhello from embedded swift over http\n\r\n0\r\n\r\n",
        to: connection)
  }
}
