package import Diagnostics

/// One host as root sees it: the only door through which the rest of hearth touches a host.
///
/// `SSHRootShell` is the real one. Tests of programs that need no network may run them with a local `sh`.
package protocol RootShell: Sendable {
  /// The node's name, for messages.
  var host: String { get }

  /// Remote commands run so far.
  var execCount: Int { get async }

  /// Runs a POSIX `sh` program as root. The program travels on standard input, never in an argument list; what it
  /// reads from its own standard input is `input`.
  ///
  /// - Parameters:
  ///   - timeout: after which the call fails; the remote process may live on (libssh2 cannot signal it).
  ///   - onOutput: called with each chunk of standard output as it arrives.
  /// - Returns: exit status and output; a status other than 0 is not an error here.
  /// - Throws: ``HearthError`` when the program could not be run to its end.
  func run(
    _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
  ) async throws(HearthError) -> ExecResult

  /// Writes a file as root: to a temporary name beside `path`, checked by SHA-256, mode and owner set, then renamed.
  func upload(
    _ source: UploadSource, to path: String, mode: UInt16, owner: String,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)?
  ) async throws(HearthError)

  func close() async
}

extension RootShell {
  package func run(_ program: String, timeout: Duration = .seconds(60)) async throws(HearthError) -> ExecResult {
    try await run(program, input: [], timeout: timeout, onOutput: nil)
  }
}

/// What a remote command left behind.
package struct ExecResult: Sendable, Equatable {
  /// Exit status; 128 plus the signal's number where a signal ended it, as shells say it.
  package var status: Int32
  package var standardOutput: [UInt8]
  package var standardError: [UInt8]

  package init(status: Int32, standardOutput: [UInt8] = [], standardError: [UInt8] = []) {
    self.status = status
    self.standardOutput = standardOutput
    self.standardError = standardError
  }

  package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
  package var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

/// Bytes to upload.
package enum UploadSource: Sendable {
  case bytes([UInt8])
  /// A file on the operator's machine; `sha256` (lower-case hex) is that of the file as it must arrive, and
  /// `gzipped` names a compressed copy to send in its place, unpacked on the host.
  case file(path: String, sha256: String, gzipped: String? = nil)
}
