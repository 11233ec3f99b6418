import Diagnostics
import Synchronization

/// Keeps every event, and lets a test wait for one.
final class EventLog: EventSink {
  private struct State {
    var events: [Event] = []
    var waiting: [(matches: @Sendable (Event) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())

  var events: [Event] { state.withLock { $0.events } }

  func emit(_ event: Event) {
    let due = state.withLock { state in
      state.events.append(event)
      let due = state.waiting.filter { $0.matches(event) }
      state.waiting.removeAll { $0.matches(event) }
      return due.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  func first(_ matches: @escaping @Sendable (Event) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.events.contains(where: matches) { return true }
        state.waiting.append((matches, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  var notes: [String] {
    events.compactMap { event in if case .note(_, _, let text) = event { text } else { nil } }
  }
}
