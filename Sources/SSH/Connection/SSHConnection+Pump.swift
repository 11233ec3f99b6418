import CLibSSH2
import Diagnostics
import Glibc

/// Moves bytes in all three directions in one loop, so that no side can fill up and wait for ever.
extension SSHConnection {
  /// Bytes after which other connections get their turn.
  private static let burstBytes = 2 << 20
  private static let readBytes = 128 * 1024

  func pump(
    _ talk: inout ChannelExchange, _ channel: Channel, _ operation: Operation, _ limit: inout TimeLimit
  ) async throws(HearthError) {
    var burst = 0
    while true {
      try await turn(operation, until: limit.deadline)
      var moved = try await write(&talk, channel, operation, until: limit.deadline)
      if sender == operation {
        // The rest of a packet goes out first, whatever else there is to do.
        try await wait(holding: channel, operation, until: limit.deadline)
        limit.moved()
        continue
      }
      moved += try await read(&talk, channel, operation, &limit)
      if libssh2_channel_eof(channel.pointer) == 1 { return }
      if moved > 0 {
        limit.moved()
        burst += moved
        if burst >= Self.burstBytes {
          burst = 0
          try await breathe()
        }
      } else {
        burst = 0
        try await waitForOutput(&talk, until: limit.deadline)
      }
    }
  }

  private func waitForOutput(
    _ talk: inout ChannelExchange, until deadline: ContinuousClock.Instant
  ) async throws(HearthError) {
    guard let patience = talk.patienceEnds, patience < deadline else {
      return try await socketReady(Int16(POLLIN), until: deadline)
    }
    do throws(HearthError) {
      try await socketReady(Int16(POLLIN), until: patience)
    } catch {
      guard error.code == .timedOut else { throw error }
      talk.giveUp()
    }
  }

  /// Waits to send the rest of a packet; if the caller gives up, the rest is sent behind its back.
  private func wait(
    holding channel: Channel, _ operation: Operation, until deadline: ContinuousClock.Instant?
  ) async throws(HearthError) {
    do throws(HearthError) {
      try await socketReady(Int16(POLLOUT), until: deadline)
    } catch {
      // libssh2 keeps the packet itself and compares only where it was asked to send from.
      if let rest = channel.halfSentCall { finishLater(operation, rest) }
      throw error
    }
  }

  /// - Returns: bytes given to libssh2. Holds the right to send afterwards if a packet is half out.
  private func write(
    _ talk: inout ChannelExchange, _ channel: Channel, _ operation: Operation, until deadline: ContinuousClock.Instant?
  ) async throws(HearthError) -> Int {
    var moved = 0
    while talk.maySend {
      if talk.needsMore {
        try await talk.fetch()
        try await turn(operation, until: deadline)
        continue
      }
      let session = try live()
      let finished = talk.isFinished
      let code = attempt(session) { _ in
        finished ? Int(libssh2_channel_send_eof(channel.pointer)) : talk.withBytes { channel.write($0) }
      }
      if code == Int(LIBSSH2_ERROR_EAGAIN) || (code == 0 && !finished) {
        _ = hold(operation, session)
        channel.halfSentCall = { _ in
          finished ? Int(libssh2_channel_send_eof(channel.pointer)) : channel.writeRest()
        }
        return moved
      }
      release(operation)
      if code < 0 {
        // The process has ended without reading everything: its exit status tells the rest.
        guard code == Int(LIBSSH2_ERROR_CHANNEL_CLOSED) || code == Int(LIBSSH2_ERROR_CHANNEL_EOF_SENT) else {
          try check(code, "sending to a command")
          return moved
        }
        talk.abandonInput()
        talk.inputIsClosed = true
      } else if finished {
        talk.inputIsClosed = true
        moved += 1
      } else {
        talk.sent(code)
        moved += code
        if moved >= Self.burstBytes { return moved }
      }
    }
    return moved
  }

  /// - Returns: bytes read.
  private func read(
    _ talk: inout ChannelExchange, _ channel: Channel, _ operation: Operation, _ limit: inout TimeLimit
  ) async throws(HearthError) -> Int {
    var moved = 0
    for stream in [SSH_EXTENDED_DATA_STDERR, 0] {
      while moved < Self.burstBytes {
        let code = try await performNow(operation, until: limit.deadline) { _ in
          channel.read(stream, into: &channel.received, Self.readBytes)
        }
        if code == Int(LIBSSH2_ERROR_EAGAIN) || code == 0 { break }
        try check(code, "reading from a command")
        moved += code
        try await take(channel.received, stream, &talk, &limit)
        _ = try live()
      }
    }
    return moved
  }

  private func take(
    _ bytes: [UInt8], _ stream: Int32, _ talk: inout ChannelExchange, _ limit: inout TimeLimit
  ) async throws(HearthError) {
    if stream == 0 {
      let own = talk.dialog?.filter(standardOutput: bytes) ?? bytes
      if talk.dialog?.isFlooded == true { throw flooded() }
      return try await talk.output.take(standardOutput: own)
    }
    guard talk.dialog != nil else { return try talk.output.take(standardError: bytes) }
    let step = talk.dialog?.hear(standardError: bytes)
    if talk.dialog?.isFlooded == true { throw flooded() }
    switch step?.reply {
    case .send(let line): talk.reply(line)
    case .ask(let person): try await answer(from: person, &talk, &limit)
    case .close: talk.abandonInput()
    case nil: break
    }
    try talk.output.take(standardError: step?.own ?? [])
  }

  /// A person's time does not count against the command's.
  private func answer(
    from person: PasswordPrompt, _ talk: inout ChannelExchange, _ limit: inout TimeLimit
  ) async throws(HearthError) {
    let start = ContinuousClock.now
    let password = await person.password(of: target.user)
    limit.extend(by: start.duration(to: .now))
    _ = try live()
    if let password, !Privilege.hasControlCharacters(password) {
      talk.reply(Array(password.reveal().utf8) + [UInt8(ascii: "\n")])
    } else {
      talk.abandonInput()
      talk.dialog?.decline()
    }
  }

  private func flooded() -> HearthError {
    HearthError(
      .privilege,
      "the login of \(target.user) prints more than \(PrivilegeDialog.limitBytes / 1024) KiB before any command",
      subject: Subject(host: target.name),
      hint:
        "Look into the start files of the login shell (~/.bashrc, ~/.profile): they should print nothing in a shell that "
        + "is not interactive", command: target.command + " true")
  }
}
