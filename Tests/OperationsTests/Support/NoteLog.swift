import Diagnostics
import Synchronization

/// Keeps what operations say beside their steps.
final class NoteLog: EventSink {
  private let all = Mutex<[String]>([])

  var texts: [String] { all.withLock { $0 } }

  func emit(_ event: Event) {
    guard case .note(_, _, let text) = event else { return }
    all.withLock { $0.append(text) }
  }
}
