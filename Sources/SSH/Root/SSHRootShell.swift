package import Diagnostics

/// A connection and a way to become root on it.
package struct SSHRootShell: RootShell {
  package let connection: SSHConnection
  package let privilege: Privilege

  /// Wraps a connection that is open.
  package init(_ connection: SSHConnection, privilege: Privilege) {
    self.connection = connection
    self.privilege = privilege
  }

  /// Logs in: one TCP connection, no command run yet. Whether root can be had shows in the first
  /// ``run(_:input:timeout:onOutput:)``, which fails with code `privilege` and the way out.
  package static func connect(
    to target: SSHTarget, credentials: [Credential], hostKeys: HostKeyPolicy, hops: [JumpHop]? = nil,
    privilege: Privilege = .passwordless, on reactor: Reactor, timeout: Duration = .seconds(20)
  ) async throws(HearthError) -> SSHRootShell {
    let connection = SSHConnection(target, on: reactor)
    try await connection.connect(credentials: credentials, hostKeys: hostKeys, hops: hops, timeout: timeout.patient)
    return SSHRootShell(connection, privilege: privilege)
  }

  package var host: String { connection.target.name }

  package var execCount: Int { get async { await connection.execCount } }

  package func run(
    _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
  ) async throws(HearthError) -> ExecResult {
    let output = CommandOutput(limitBytes: 64 << 20, onOutput: onOutput)
    return try await connection.run(
      program, as: privilege, input: input, output: output, limit: .total(timeout.patient))
  }

  package func upload(
    _ source: UploadSource, to path: String, mode: UInt16, owner: String,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)?
  ) async throws(HearthError) {
    try await connection.upload(
      source, to: path, mode: mode, owner: owner, as: privilege, progress: progress)
  }

  /// Copies a file of the host to this machine; see ``SSHConnection/download(_:to:as:progress:)``.
  package func download(
    _ path: String, to file: String, progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)? = nil
  ) async throws(HearthError) {
    try await connection.download(path, to: file, as: privilege, progress: progress)
  }

  /// The same into a file without a name; see ``SSHConnection/download(_:into:as:progress:)``.
  package func download(_ path: String, into file: UnnamedFile) async throws(HearthError) {
    try await connection.download(path, into: file, as: privilege)
  }

  package func close() async { await connection.close() }
}
