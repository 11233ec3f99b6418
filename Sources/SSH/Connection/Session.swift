import CLibSSH2
import Glibc

/// Owns a libssh2 session and its socket. Not thread-safe: it belongs to one ``SSHConnection`` and its reactor.
final class Session {
  let pointer: OpaquePointer
  let socket: Int32
  private let traffic: UnsafeMutablePointer<hearth_traffic>

  /// libssh2's global set-up, once per process.
  private static let libraryIsReady = libssh2_init(0) == 0

  /// Takes the connected socket over, also when it fails (out of memory).
  init?(socket: Int32) {
    let traffic = UnsafeMutablePointer<hearth_traffic>.allocate(capacity: 1)
    traffic.initialize(to: hearth_traffic())
    traffic.pointee.most_held = Self.heldBeforeLogin
    guard Self.libraryIsReady, let pointer = hearth_ssh2_session_new(traffic) else {
      traffic.deallocate()
      close(socket)
      return nil
    }
    (self.pointer, self.socket, self.traffic) = (pointer, socket, traffic)
  }

  /// Frees without waiting: on a socket that is shut down, libssh2 has nothing to wait for.
  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    for _ in 0..<1000 where libssh2_session_free(pointer) != LIBSSH2_ERROR_EAGAIN { break }
    close(socket)
    traffic.deallocate()
  }

  var receivedBytes: UInt64 { traffic.pointee.received }
  /// Received, or waiting in the kernel because nobody reads an idle connection.
  var arrivedBytes: UInt64 {
    var waiting: Int32 = 0
    return receivedBytes + (ioctl(socket, UInt(FIONREAD), &waiting) == 0 ? UInt64(max(0, waiting)) : 0)
  }

  /// What libssh2 may hold of a host's messages before anybody has logged in, and afterwards, when windows of channels
  /// bound the output of commands and nothing else does.
  private static let heldBeforeLogin = 1 << 20
  private static let heldAfterLogin = 128 << 20

  func isLoggedIn() { traffic.pointee.most_held = Self.heldAfterLogin }

  /// How much a host has sent that nobody asked for, where that is too much.
  var floodBytes: Int? { traffic.pointee.is_flooded != 0 ? traffic.pointee.most_held : nil }

  /// A packet is not out in full. Only the call that began it may go on.
  var isHalfSent: Bool { traffic.pointee.half_sent != 0 }

  /// For callbacks that libssh2 hands nothing but the session.
  var context: UnsafeMutableRawPointer? {
    get { traffic.pointee.context }
    set { traffic.pointee.context = newValue }
  }

  /// libssh2's words for its last error.
  var lastError: (code: Int32, text: String) {
    var text: UnsafeMutablePointer<CChar>?
    var count: Int32 = 0
    let code = libssh2_session_last_error(pointer, &text, &count, 0)
    return (code, text.map { String(cString: $0) } ?? "libssh2 error \(code)")
  }

  /// The host's words during the login: its banner, and PAM's reasons for a refusal. The last lines.
  var banner: [String] {
    var text = [CChar](repeating: 0, count: 16 * 1024)
    let count = hearth_ssh2_banners(traffic, &text, text.count)
    let bytes = text.prefix(count).map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(5).map(String.init)
  }

  /// The host has said farewell or closed its side, whatever libssh2 made of that. It may say so a while before it closes.
  var hasEnded: Bool {
    traffic.pointee.farewell_count > 0 || hearth_ssh2_has_ended(socket) != 0
  }

  /// What the host said when it ended the connection; empty when it said nothing.
  var farewell: String {
    let text = UnsafeRawBufferPointer(
      start: hearth_ssh2_last_words(traffic), count: Int(traffic.pointee.farewell_count))
    return String(decoding: text, as: UTF8.self)
  }

  /// The first bytes that came, in the clear.
  var opening: [UInt8] {
    Array(UnsafeBufferPointer(start: hearth_ssh2_opening(traffic), count: Int(traffic.pointee.opening_count)))
  }

  /// A list of algorithms that this build of libssh2 has for a method such as `LIBSSH2_METHOD_HOSTKEY`.
  func supportedAlgorithms(_ method: Int32) -> [String] {
    var list: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    let count = libssh2_session_supported_algs(pointer, method, &list)
    guard count > 0, let list else { return [] }
    defer { libssh2_free(pointer, list) }
    return (0..<Int(count)).compactMap { list[$0].map { String(cString: $0) } }
  }

  /// What hosts can prove themselves with, best first.
  var hostKeyAlgorithms: [String] {
    HostKey.usableTypes.filter(Set(supportedAlgorithms(LIBSSH2_METHOD_HOSTKEY)).contains)
  }

  /// Names the algorithms for a method, best first; those that libssh2 lacks are left out.
  ///
  /// - Returns: what is offered; empty when libssh2 has none of them, and would offer what it likes.
  func prefer(_ method: Int32, _ algorithms: [String]) -> [String] {
    let supported = Set(supportedAlgorithms(method))
    let offered = algorithms.filter(supported.contains)
    guard !offered.isEmpty, libssh2_session_method_pref(pointer, method, offered.joined(separator: ",")) == 0 else {
      return []
    }
    return offered
  }
}
