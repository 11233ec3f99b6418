@preconcurrency import Dispatch
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Ctrl-C during changes: the first one asks the run to end after the running steps, the second ends it at once.
final class InterruptWatcher: Sendable {
  private let source: any DispatchSourceSignal

  init(_ onFirst: @escaping @Sendable () -> Void) {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    let source = source
    source.setEventHandler {
      // From here on the default is back: the next Ctrl-C ends the process. Hosts finish the program they run.
      signal(SIGINT, SIG_DFL)
      onFirst()
    }
    source.resume()
  }

  func stop() {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }
}
