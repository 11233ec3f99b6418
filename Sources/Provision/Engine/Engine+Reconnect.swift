import Diagnostics
import SSH
import Synchronization

extension Engine {
  /// How long a connection that broke while nothing was under way may take to come back.
  private static let idleLimit = Duration.seconds(15)

  /// Runs a program that may as well run twice. A connection that was lost meanwhile, as while a person looks at a plan
  /// and the lid of the laptop is closed, is opened again.
  func runAgainIfLost(
    _ host: String, _ program: String, timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)? = nil
  ) async throws(HearthError) -> ExecResult {
    do {
      return try await shell(host).run(program, input: [], timeout: timeout, onOutput: onOutput)
    } catch {
      guard error.code == .unreachable, reconnect != nil, currentShells[host] != nil else { throw error }
      events.emit(.note(level: .warning, host: host, text: "Connection lost; connecting again"))
      try await reconnect(host, within: Self.idleLimit, bootOtherThan: nil)
      return try await shell(host).run(program, input: [], timeout: timeout, onOutput: onOutput)
    }
  }

  /// Opens a new connection to a host that restarts or was lost, trying again until it answers.
  ///
  /// - Parameter old: the boot that must be over; nil if any will do.
  func reconnect(
    _ host: String, within limit: Duration, bootOtherThan old: String?, clock: some Clock<Duration> = ContinuousClock()
  ) async throws(HearthError) {
    guard let reconnect else {
      throw HearthError(
        .unreachable, "the host restarts now", subject: Subject(host: host),
        hint: "run the command again when it is back; it goes on where it stopped")
    }
    var last: HearthError?
    if let lost = shells.withLock({ $0.removeValue(forKey: host) }) {
      state.addExecs(await lost.execCount, on: host)
      await lost.close()
    }
    for await _ in clock.looks(every: .milliseconds(500), for: limit) {
      if isCancelled {
        throw HearthError(
          .cancelled, "stopped while waiting for this host", subject: Subject(host: host),
          hint: "run the command again when it is back: it goes on from there")
      }
      do throws(HearthError) {
        let shell = try await reconnect(host)
        let boot = try await shell.run("cat /proc/sys/kernel/random/boot_id", timeout: .seconds(15))
        let isOld = old.map { boot.outputText.hasPrefix($0) } ?? false
        if boot.status == 0, !isOld {
          shells.withLock { $0[host] = shell }
          return
        }
        await shell.close()
      } catch {
        // A key that has changed stays so. A login that is refused need not: a host that boots lets nobody but root in
        // for a while (pam_nologin), and home folders with their keys may come late.
        if [.hostKey, .cancelled].contains(error.code) { throw error }
        last = error
      }
    }
    if Task.isCancelled {
      throw HearthError(.cancelled, "stopped while waiting for this host", subject: Subject(host: host))
    }
    // Why it refuses the login is the thing to know then.
    if let last, [.authentication, .privilege].contains(last.code) { throw last.at(Subject(host: host)) }
    throw HearthError(
      .unreachable, "the host did not come back within \(limit.components.seconds) s", subject: Subject(host: host),
      hint: "look at its screen or its lights, then run the command again", cause: last?.message)
  }
}
