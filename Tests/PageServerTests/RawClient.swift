import Glibc

/// A connection that says exactly what a test wants.
final class RawClient {
  private let descriptor: Int32

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure() }
    signal(SIGPIPE, SIG_IGN)
  }

  deinit { close(descriptor) }

  struct Failure: Error {}

  /// - Returns: false when the other end has gone.
  @discardableResult
  func say(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  /// What comes until the other end closes, or until it holds these words.
  func hear(until words: String? = nil) -> String {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let text = String(decoding: all, as: UTF8.self)
      if let words, text.contains(words) { return text }
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return text }
      all += chunk.prefix(count)
    }
  }
}
