/// The HTTP service as a native program, for comparison, and a client that is as small.
///
///     serve PORT                        answers on this machine's loopback
///     ask PORT CONNECTIONS REQUESTS     asks a server there
@_cdecl("main")
public func main(_ count: Int32, _ words: UnsafePointer<UnsafePointer<CChar>?>) -> Int32 {
  func value(_ index: Int) -> UInt64 {
    guard index < count, let start = words[index] else { return 0 }
    var end = 0
    while start[end] != 0 { end += 1 }
    return number(UnsafeRawBufferPointer(start: start, count: end))
  }
  guard count > 1, let verb = words[1] else { return 64 }
  switch UInt8(bitPattern: verb[0]) {
  case UInt8(ascii: "s"): return serve(port: value(2))
  case UInt8(ascii: "a"): return ask(port: value(2), connections: value(3), requests: value(4))
  default: return 64
  }
}
