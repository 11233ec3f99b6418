@preconcurrency import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C, and a request to end from outside. While there is something that can be brought to a good end, the first one
/// asks for that; the second, or the first where nothing would be left half done, ends the process at once. A third one
/// does not even wait for the last words.
final class InterruptWatcher: Sendable {
  private struct State {
    /// Asks the work of this moment to come to a good end.
    var gentle: (@Sendable () -> Void)?
    /// Says the last words.
    var farewell: (@Sendable () async -> Void)?
  }

  private let state = Mutex(State())
  private let sources: [any DispatchSourceSignal]

  init() {
    // A terminal that went away or a service manager's stop is no reason to leave things half done either; but `nohup`
    // means what it says.
    let isNohup = Self.isIgnored(SIGHUP)
    let signals = [SIGINT, SIGTERM] + (isNohup ? [] : [SIGHUP])
    sources = signals.map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for source in sources {
      source.setEventHandler { [weak self] in self?.interrupted() }
      source.resume()
    }
  }

  /// Does work that a first Ctrl-C asks to come to a good end, by `gentle`.
  func whileStoppable<Value>(
    _ gentle: @escaping @Sendable () -> Void, _ work: () async throws -> Value
  ) async rethrows -> Value {
    state.withLock { $0.gentle = gentle }
    defer { state.withLock { $0.gentle = nil } }
    return try await work()
  }

  /// What is said before an end at once.
  func beforeEnd(_ farewell: @escaping @Sendable () async -> Void) {
    state.withLock { $0.farewell = farewell }
  }

  func stop() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  private func interrupted() {
    let (gentle, farewell) = state.withLock { state in
      defer { state.gentle = nil }
      return (state.gentle, state.farewell)
    }
    if let gentle { return gentle() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    Question.restoreTerminal()
    Task {
      if let farewell { await farewell() } else { Terminal.writeError("\nstopped before any change\n") }
      _exit(ExitStatus.refused.rawValue)
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Glibc)
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    #else
      return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    #endif
  }
}
