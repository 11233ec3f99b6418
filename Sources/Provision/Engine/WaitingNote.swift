package import Diagnostics
import Synchronization
import Untrusted

/// Tells people while an observation waits for an earlier run's program, and measures for how long it does.
final class WaitingNote: Sendable {
  private struct State {
    var reader: FrameReader
    var since: ContinuousClock.Instant?
    var seconds: Double?
  }
  private let state: Mutex<State>
  private let host: String
  private let identity: RunIdentity
  private let events: any EventSink
  /// Says that a living run works on the host; ends with the observation.
  let blocked: AsyncStream<HearthError>
  private let block: AsyncStream<HearthError>.Continuation

  init(nonce: String, host: String, identity: RunIdentity, events: any EventSink) {
    state = Mutex(State(reader: FrameReader(nonce: nonce)))
    self.host = host
    self.identity = identity
    self.events = events
    (blocked, block) = AsyncStream.makeStream()
  }

  func finish() { block.finish() }

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
          note = busy(frame)
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

  /// - Returns: what to tell people; nil if the host belongs to a living run.
  private func busy(_ frame: Frame) -> String? {
    let lines = String(decoding: frame.content, as: UTF8.self).filledLines
    guard let lock = lines.last.flatMap({ HostLock(line: $0) }) else {
      return "Waiting for the program of an earlier run that still works here"
    }
    let uptime = lines.first.flatMap { Double(checked: $0, in: HostState.times) } ?? lock.heartbeatUptime
    if lock.holds(against: identity, bootID: lock.bootID, uptimeSeconds: uptime) {
      block.yield(lock.error(host: host, uptimeSeconds: uptime))
      return nil
    }
    return "Waiting for the program of an earlier run (\(lock.owner.holder)) that still works here"
  }
}

/// Hands every event to several sinks, in order.
package struct TeeSink: EventSink {
  private let sinks: [any EventSink]
  package init(_ sinks: [any EventSink]) { self.sinks = sinks }
  package func emit(_ event: Event) {
    for sink in sinks { sink.emit(event) }
  }
}
