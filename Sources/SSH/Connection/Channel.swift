import CLibSSH2
import Glibc

/// A libssh2 channel, or none (not opened yet, or freed). Belongs to one connection and its reactor's thread.
final class Channel {
  var pointer: OpaquePointer?

  /// May be called again while it says "try again".
  func free() -> Int {
    guard let pointer else { return 0 }
    let code = libssh2_channel_free(pointer)
    if code != LIBSSH2_ERROR_EAGAIN { self.pointer = nil }
    return Int(code)
  }

  /// Bytes of the last read, where a closure that may outlive its caller needs a place for them.
  var received: [UInt8] = []
  /// The call that sends the rest of a packet, while there is one.
  var halfSentCall: ((Session) -> Int)?

  /// - Returns: bytes that libssh2 took, at most one packet's worth, or its error code.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    libssh2_channel_write_ex(pointer, 0, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
  }

  /// Goes on with a packet that is sent in part. libssh2 has it already, encrypted, and looks at no bytes of ours.
  func writeRest() -> Int {
    var nothing: CChar = 0
    return libssh2_channel_write_ex(pointer, 0, &nothing, 1)
  }

  /// - Parameter stream: 0 for standard output, `SSH_EXTENDED_DATA_STDERR` for the other.
  func read(_ stream: Int32, into bytes: inout [UInt8], _ most: Int) -> Int {
    var code = 0
    bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      buffer.withMemoryRebound(to: CChar.self) {
        code = libssh2_channel_read_ex(pointer, stream, $0.baseAddress, most)
      }
      count = max(0, code)
    }
    return code
  }

  /// As shells say it: 128 plus the signal's number where a signal ended the process.
  func exitStatus(_ session: Session) -> Int32 {
    var name: UnsafeMutablePointer<CChar>?
    var count = 0
    libssh2_channel_get_exit_signal(pointer, &name, &count, nil, nil, nil, nil)
    guard let name else { return libssh2_channel_get_exit_status(pointer) }
    defer { libssh2_free(session.pointer, name) }
    return 128 + (Self.signals[String(cString: name)] ?? 0)
  }

  /// Signals by the names that SSH gives them.
  private static let signals: [String: Int32] = [
    "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ILL": SIGILL, "ABRT": SIGABRT, "FPE": SIGFPE, "KILL": SIGKILL,
    "USR1": SIGUSR1, "SEGV": SIGSEGV, "USR2": SIGUSR2, "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM,
  ]
}
