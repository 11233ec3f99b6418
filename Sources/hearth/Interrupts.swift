@preconcurrency import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C, and requests to end from outside (SIGTERM, a terminal that goes away): one policy for every command.
///
/// The first one lets a run come to a good end: what a host is doing is done, nothing more is begun, locks and what was
/// made for a while are given back, and the last words say how to go on. The second one ends the process at once, with a
/// last word; a third does not wait even for that. Where nothing can be left half done, the first one ends it.
final class Interrupts: Sendable {
  static let shared = Interrupts()

  /// What ends well by itself when asked to.
  struct Run: Sendable {
    /// Asks for it.
    var stop: @Sendable () -> Void
    /// Says the last words of an end at once.
    var farewell: @Sendable () async -> Void
    /// The command's task is cancelled after ``stop``, so that whatever it waits for ends.
    var cancelsTask = true
  }

  private struct State {
    var sources: [any DispatchSourceSignal] = []
    var task: (@Sendable () -> Void)?
    var run: Run?
    var isRaised = false
  }

  private let state = Mutex(State())

  /// Somebody has asked for an end; a run that is asked comes to it soon.
  var isRaised: Bool { state.withLock { $0.isRaised } }

  /// Listens for the rest of the process.
  ///
  /// - Parameter cancel: cancels the command's task.
  func listen(cancel: @escaping @Sendable () -> Void) {
    // `nohup` means what it says.
    let signals = [SIGINT, SIGTERM] + (Self.isIgnored(SIGHUP) ? [] : [SIGHUP])
    let sources = signals.map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    state.withLock {
      $0.task = cancel
      $0.sources = sources
    }
    for source in sources {
      source.setEventHandler { [weak self] in self?.interrupted() }
      source.resume()
    }
  }

  /// From now on, until nil is given, a first interrupt asks this run to end well.
  func set(_ run: Run?) { state.withLock { $0.run = run } }

  private func interrupted() {
    let (run, task, isFirst) = state.withLock { state in
      defer { state.isRaised = true }
      return (state.run, state.task, !state.isRaised)
    }
    if isFirst, let run {
      run.stop()
      if run.cancelsTask { task?() }
      return
    }
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    Question.restoreTerminal()
    Task {
      if let run { await run.farewell() } else { Terminal.writeError("\nstopped before any change\n") }
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
