@_extern(c) func socket(_ domain: Int32, _ kind: Int32, _ protocol: Int32) -> Int32
@_extern(c) func setsockopt(
  _ socket: Int32, _ level: Int32, _ name: Int32, _ value: UnsafeRawPointer?, _ size: UInt32
) -> Int32
@_extern(c) func bind(_ socket: Int32, _ address: UnsafeRawPointer?, _ size: UInt32) -> Int32
@_extern(c) func listen(_ socket: Int32, _ backlog: Int32) -> Int32
@_extern(c) func accept(_ socket: Int32, _ address: UnsafeMutableRawPointer?, _ size: UnsafeMutableRawPointer?) -> Int32
@_extern(c) func connect(_ socket: Int32, _ address: UnsafeRawPointer?, _ size: UInt32) -> Int32
@_extern(c) func read(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int
@_extern(c) func write(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int
@_extern(c) func close(_ file: Int32) -> Int32
@_extern(c) func fork() -> Int32
@_extern(c) func poll(_ watched: UnsafeMutableRawPointer?, _ count: UInt, _ milliseconds: Int32) -> Int32
@_extern(c) func sysconf(_ name: Int32) -> Int

/// A TCP socket that sends what it is given at once.
func stream() -> Int32 {
  let new = socket(2, 1, 0)
  var on: Int32 = 1
  _ = setsockopt(new, 6, 1, &on, 4)  // TCP_NODELAY
  _ = setsockopt(new, 1, 2, &on, 4)  // SO_REUSEADDR
  return new
}

/// A port of this machine's loopback, as a `sockaddr_in`.
struct Loopback {
  let family: UInt16 = 2
  let port: UInt16
  let address: UInt32 = UInt32(bigEndian: 0x7f00_0001)
  let zero: UInt64 = 0

  init(port: UInt64) { self.port = UInt16(truncatingIfNeeded: port).bigEndian }
}

func send(_ text: StaticString, to socket: Int32) -> Bool {
  write(socket, text.utf8Start, text.utf8CodeUnitCount) == text.utf8CodeUnitCount
}

/// Reads until what came ends with `end`; false when the other side is gone first, or sends more than `space` holds.
func receive(_ end: StaticString, from socket: Int32, _ space: UnsafeMutableRawBufferPointer) -> Bool {
  let length = end.utf8CodeUnitCount
  var have = 0
  while true {
    let rest = UnsafeMutableRawBufferPointer(rebasing: space[have...])
    let count = read(socket, rest.baseAddress, rest.count)
    guard count > 0 else { return false }
    have += count
    guard have >= length else { continue }
    var same = 0
    while same < length, space[have - length + same] == end.utf8Start[same] { same += 1 }
    if same == length { return true }
  }
}
