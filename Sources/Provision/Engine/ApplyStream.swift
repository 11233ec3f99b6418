import Diagnostics
import Synchronization
import Untrusted

/// Understands what an apply program says while it says it, and turns it into events.
final class ApplyStream: Sendable {
  /// How the program ended, as it says itself.
  enum Ending: Equatable {
    case ok
    case failed(step: Int, status: Int32)
    /// The host restarts now, as step `step` asked; what comes behind it is still to do.
    case restart(step: Int)
    case cancelled
    /// Another run has taken the host.
    case lost
    /// An earlier program still works.
    case busy
    /// The program did not arrive whole; nothing was done.
    case incomplete
    /// The host knows nothing of this program: it was restarted from outside.
    case gone
  }

  private struct State {
    var reader: FrameReader
    /// Steps that were begun and ended; after a reconnection the host says everything again.
    var begun = 0
    var ended = 0
    var changed: [String] = []
    var reason: String?
    var output: [String] = []
    var lastStatus: Int32 = 0
    var lastStep = 0
    var ending: Ending?
  }

  private let state: Mutex<State>
  private let program: ApplyProgram
  private let host: String
  private let phase: String
  /// Steps that were announced before, because their upload began.
  private let announced: Set<String>
  private let events: any EventSink

  init(_ program: ApplyProgram, host: String, phase: String, announced: Set<String>, events: any EventSink) {
    state = Mutex(State(reader: FrameReader(nonce: program.nonce)))
    self.program = program
    self.host = host
    self.phase = phase
    self.announced = announced
    self.events = events
  }

  var ending: Ending? { state.withLock { $0.ending } }
  /// Ids of the resources that were changed, in order.
  var changed: [String] { state.withLock { $0.changed } }
  /// The reason that the failed step gave, if it gave one.
  var reason: String? { state.withLock { $0.reason } }
  /// Id of the step that was begun and has not ended.
  var running: String? {
    state.withLock { $0.begun > $0.ended ? program.steps[$0.begun - 1].change.id : nil }
  }
  /// The last lines that the last step printed.
  var output: [String] { state.withLock { $0.output } }

  /// The same program will be heard again from its beginning.
  func restart() {
    state.withLock { $0.reader = FrameReader(nonce: program.nonce) }
  }

  func feed(_ bytes: [UInt8]) {
    let news = state.withLock { state -> [Event] in
      var news: [Event] = []
      var items: [FrameReader.Item] = []
      state.reader.feed(bytes) { items.append($0) }
      for item in items { take(item, &state, &news) }
      return news
    }
    for event in news { events.emit(event) }
  }

  private func take(_ item: FrameReader.Item, _ state: inout State, _ news: inout [Event]) {
    switch item {
    case .begun(let title):
      guard let index = Int(checked: title), program.steps.indices.contains(index), index >= state.begun else { return }
      state.begun = index + 1
      state.output = []
      state.reason = nil
      let id = program.steps[index].change.id
      if !announced.contains(id) { news.append(.stepStarted(host: host, phase: phase, step: id)) }
    case .ended(let frame):
      guard let index = Int(checked: frame.title), program.steps.indices.contains(index), index >= state.ended else {
        return
      }
      state.ended = index + 1
      end(frame, index, &state, &news)
    case .word(let text):
      if text.hasPrefix("note ") {
        news.append(.note(level: .info, host: host, text: text.dropFirst(5).bounded(500)))
      } else if text.hasPrefix("alive ") {
        if let note = alive(text.dropFirst(6)) { news.append(.note(level: .info, host: host, text: note)) }
      } else if text.hasPrefix("reason ") {
        state.reason = text.dropFirst(7).bounded(1000)
      } else if text.hasPrefix("done ") {
        state.ending = ending(String(text.dropFirst(5)), state)
      }
    case .line: break
    }
  }

  /// `3 60 last line of a unit's log`: a step's number, its seconds, and what it waits for.
  private func alive(_ text: Substring) -> String? {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, let index = Int(checked: words[0], in: 0...1_000_000), program.steps.indices.contains(index)
    else { return nil }
    let detail = words.count == 3 ? ": \(words[2].bounded(300))" : ""
    return "\(program.steps[index].change.id) is still at work after \(words[1].bounded(12)) s\(detail)"
  }

  private func end(_ frame: Frame, _ index: Int, _ state: inout State, _ news: inout [Event]) {
    let id = program.steps[index].change.id
    let times = frame.ending.dropFirst().compactMap { Double(checked: $0, in: HostState.times) }
    let seconds = times.count == 2 ? max(0, times[1] - times[0]) : 0
    let isDone = frame.status == 0 || frame.status == 194
    state.lastStatus = frame.status
    state.lastStep = index
    state.output = String(decoding: frame.content, as: UTF8.self)
      .lastLines(30).map { $0.bounded(2000) }
    if isDone { state.changed.append(id) }
    news.append(
      .stepEnded(
        host: host, phase: phase, step: id, outcome: isDone ? .changed : .failed, seconds: seconds,
        detail: isDone ? nil : state.reason ?? state.output.last))
  }

  private func ending(_ word: String, _ state: State) -> Ending? {
    switch word {
    case "ok": .ok
    case "failed": .failed(step: state.lastStep, status: state.lastStatus)
    case "restart": .restart(step: state.lastStep)
    case "cancelled": .cancelled
    case "lost": .lost
    case "busy": .busy
    case "incomplete": .incomplete
    case "gone": .gone
    default: nil
    }
  }
}
