package import Diagnostics
import CLibSSH2
import Glibc

extension SSHConnection {
  /// Runs a command line in the login shell of the user and returns what it left behind.
  ///
  /// - Parameters:
  ///   - input: its standard input.
  ///   - timeout: after which the call fails. The remote process may live on: libssh2 cannot signal it.
  ///   - outputLimit: bytes of both outputs together that are kept before the call fails.
  ///   - onOutput: called with each chunk of standard output as it arrives.
  /// - Returns: exit status and output; a status other than 0 is not an error.
  /// - Throws: ``HearthError``; after `timedOut` and `cancelled` the connection remains usable.
  package func execute(
    _ command: String, input: [UInt8] = [], timeout: Duration = .seconds(60), outputLimit: Int = 64 << 20,
    onOutput: (@Sendable ([UInt8]) -> Void)? = nil
  ) async throws(HearthError) -> ExecResult {
    let output = CommandOutput(limitBytes: outputLimit, onOutput: onOutput)
    return try await converse(
      command, input: CommandInput(input), output: output, dialog: nil, limit: .total(timeout)
    ).result
  }

  /// Runs a command line whose standard input is a file of this machine, read in chunks as they are sent.
  ///
  /// - Parameter stall: after which time without a byte moving the call fails.
  package func execute(
    _ command: String, sending file: String, stall: Duration = .seconds(300)
  ) async throws(HearthError) -> ExecResult {
    try await converse(
      command, input: CommandInput([], then: try FileChunks(file)), output: CommandOutput(limitBytes: 1 << 20),
      dialog: nil,
      limit: .stall(stall)
    ).result
  }

  /// Runs a command with everything that can be said to it while it runs.
  func converse(
    _ command: String, input: CommandInput, output: CommandOutput, dialog: PrivilegeDialog?, limit: TimeLimit
  ) async throws(HearthError) -> (result: ExecResult, dialog: PrivilegeDialog?) {
    guard case .open = state else {
      _ = try live()
      throw HearthError(.internalError, "used before it was connected", subject: Subject(host: target.name))
    }
    execCount += 1
    var limit = limit
    let channel = Channel()
    let operation = newOperation()
    var talk = ChannelExchange(input: input, output: output, dialog: dialog, patience: patience)
    do throws(HearthError) {
      try await open(channel, operation, until: limit.deadline)
      try await start(command, channel, operation, until: limit.deadline)
      try await pump(&talk, channel, operation, &limit)
      talk.output.end(status: try await finish(channel, operation, until: limit.deadline))
      return (talk.output.result, talk.dialog)
    } catch {
      Task { await self.reap(channel) }
      if error.code == .timedOut, let dialog = talk.dialog, dialog.isWaiting || dialog.hasGivenUp {
        throw noRootShell(dialog, limit)
      }
      if error.code == .timedOut {
        throw HearthError(
          .timedOut, "the command on \(target.address) did not end within \(limit.description)",
          subject: error.subject, hint: "It may still run on the host", command: target.command
        )
      }
      throw error
    }
  }

  private func noRootShell(_ dialog: PrivilegeDialog, _ limit: TimeLimit) -> HearthError {
    HearthError(
      .timedOut, "no root shell came up on \(target.address) within \(limit.description); nothing was run there",
      subject: Subject(host: target.name),
      hint: "The host may be overloaded, or the start files of \(target.user)'s login shell wait for something",
      output: dialog.lastWords, command: target.command + " true"
    )
  }

  /// Whether sshd opens two sessions on this connection, as changes need: one keeps the lock on the host. Runs nothing.
  ///
  /// - Throws: what to do about `MaxSessions`.
  package func checkSessions() async throws(HearthError) {
    let (first, second) = (Channel(), Channel())
    let deadline = ContinuousClock.now + .seconds(15)
    do throws(HearthError) {
      try await open(first, newOperation(), until: deadline)
      try await open(second, newOperation(), until: deadline)
    } catch {
      for channel in [first, second] { await reap(channel) }
      throw error
    }
    for channel in [first, second] { await reap(channel) }
  }

  // MARK: Steps

  /// The longest way a command's output may run ahead of us, in bytes.
  private static let windowBytes: UInt32 = 4 << 20
  private static let packetBytes: UInt32 = 32768

  func open(
    _ channel: Channel, _ operation: Operation, until deadline: ContinuousClock.Instant?
  ) async throws(HearthError) {
    let code = try await perform(operation, until: deadline, exclusive: true) { session in
      channel.pointer = libssh2_channel_open_ex(
        session.pointer, "session", 7, Self.windowBytes, Self.packetBytes, nil, 0)
      return channel.pointer == nil ? Int(libssh2_session_last_errno(session.pointer)) : 0
    }
    guard code == Int(LIBSSH2_ERROR_CHANNEL_FAILURE) else { return try check(code, "opening a channel") }
    throw HearthError(
      .remoteCommand, "sshd on \(target.address) opens no further session on a connection (MaxSessions)",
      subject: Subject(host: target.name),
      hint:
        "Set `MaxSessions 10` in /etc/ssh/sshd_config on the host (hearth needs 2 at least), then: systemctl reload ssh",
      cause: session?.lastError.text, command: target.command(running: "sudo sshd -T | grep -i maxsessions"))
  }

  private func start(
    _ command: String, _ channel: Channel, _ operation: Operation, until deadline: ContinuousClock.Instant?
  ) async throws(HearthError) {
    let code = try await perform(operation, until: deadline) { _ in
      Int(libssh2_channel_process_startup(channel.pointer, "exec", 4, command, UInt32(command.utf8.count)))
    }
    try check(code, "starting a command")
  }

  /// - Returns: the exit status.
  private func finish(
    _ channel: Channel, _ operation: Operation, until deadline: ContinuousClock.Instant?
  ) async throws(HearthError) -> Int32 {
    try check(
      await perform(operation, until: deadline) { _ in Int(libssh2_channel_close(channel.pointer)) },
      "closing a channel")
    let session = try live()
    let status = channel.exitStatus(session)
    try check(
      await perform(operation, until: deadline) { _ in channel.free() }, "freeing a channel")
    return status
  }

  /// Frees a channel whose caller gave up. sshd answers the close only when the remote process ends, which may be long
  /// after; other channels are not held up by that.
  func reap(_ channel: Channel) async {
    _ = try? await perform(newOperation(), until: nil) { _ in channel.free() }
  }
}
