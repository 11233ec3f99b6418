import CLibSSH2
import Diagnostics
import Glibc

extension SSHConnection {
  /// Turns a code of libssh2 into an error; a broken connection is closed for everybody.
  func check(_ code: Int, _ what: String) throws(HearthError) {
    guard code < 0 else { return }
    let detail = session?.lastError.text ?? "libssh2 error \(code)"
    switch Int32(code) {
    case LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_SEND,
      LIBSSH2_ERROR_SOCKET_NONE, LIBSSH2_ERROR_PROTO, LIBSSH2_ERROR_INVALID_MAC, LIBSSH2_ERROR_BAD_USE:
      let error = lost(detail)
      shut(error)
      throw error
    default:
      throw HearthError(.remoteCommand, "\(what) failed", subject: Subject(host: target.name), cause: detail)
    }
  }

  /// A host that sends what nobody asked for fills this machine's memory, if it may.
  func endFlood() throws(HearthError) {
    guard let bytes = session?.floodBytes else { return }
    let error = HearthError(
      .unreachable, "\(target.address) sends more than \(bytes >> 20) MiB that nobody asked for",
      subject: Subject(host: target.name),
      hint: "The host, or what stands between, is broken or not to be trusted: look at it on its own screen",
      command: target.command + " -v true")
    shut(error)
    throw error
  }

  func lost(_ why: String) -> HearthError {
    HearthError(
      .unreachable, "the connection to \(target.address) was lost", subject: Subject(host: target.name),
      hint: "Check the host's power and network, then run the same command again", cause: why,
      command: target.command
    )
  }
}

extension HearthError {
  /// A system call failed on the operator's machine.
  static func system(_ what: String, _ code: Int32 = errno) -> HearthError {
    HearthError(.local, "\(what): \(String(cString: strerror(code)))")
  }

  static var cancelled: HearthError { HearthError(.cancelled, "cancelled") }
}
