import Diagnostics
import Synchronization

/// Tells people while an observation waits for an earlier run's program, and measures for how long it does.
final class WaitingNote: Sendable {
  private struct State {
    var reader: FrameReader
    var since: ContinuousClock.Instant?
    var seconds: Double?
  }
  private let state: Mutex<State>
  private let host: String
  private let events: any EventSink

  init(nonce: String, host: String, events: any EventSink) {
    state = Mutex(State(reader: FrameReader(nonce: nonce)))
    self.host = host
    self.events = events
  }

  /// Nil if nobody had to wait.
  var seconds: Double? { state.withLock { $0.seconds } }

  func feed(_ bytes: [UInt8]) {
    let note = state.withLock { state -> String? in
      var note: String?
      var since = state.since
      var seconds = state.seconds
      state.reader.feed(bytes) { item in
        guard case .ended(let frame) = item else { return }
        switch frame.title {
        case "busy":
          since = .now
          let owner = HostLock(line: String(decoding: frame.content, as: UTF8.self))?.owner
          note = "Waiting for the program of an earlier run\(owner.map { " (\($0.holder))" } ?? "") that still works here"
        case "ended", "stuck":
          seconds = since.map { $0.duration(to: .now) / .seconds(1) }
        default: break
        }
      }
      state.since = since
      state.seconds = seconds
      return note
    }
    if let note { events.emit(.note(level: .info, host: host, text: note)) }
  }
}
