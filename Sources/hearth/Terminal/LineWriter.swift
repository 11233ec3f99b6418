import Diagnostics
import Synchronization

/// Turns events into lines, one after the other, and remembers the error above.
final class LineWriter: Sendable {
  private let lines: PlainLines
  private let previous = Mutex<HearthError?>(nil)

  init(_ lines: PlainLines) { self.lines = lines }

  /// The line for an event, or nil where there is none.
  func line(for event: Event) -> Styled? {
    previous.withLock { previous in
      guard let line = lines.line(for: event, after: previous) else { return nil }
      if case .failure(let error) = event { previous = error } else { previous = nil }
      return line
    }
  }
}

/// Plain lines on standard error.
struct PlainSink: EventSink {
  private let writer: LineWriter
  init(lines: PlainLines) { writer = LineWriter(lines) }

  func emit(_ event: Event) {
    if let line = writer.line(for: event) { Terminal.writeError(line + "\n") }
  }
}

/// Beside a document on standard output: what went wrong, as lines of JSON on standard error.
struct QuietJSONSink: EventSink {
  func emit(_ event: Event) {
    switch event {
    case .failure, .note(.warning, _, _), .note(.info, _, _):
      if let line = JSONSink.line(event) { Terminal.writeError(json: line) }
    default: break
    }
  }
}

/// Passes on what went wrong and nothing else.
struct QuietSink: EventSink {
  private let writer: LineWriter
  init(lines: PlainLines) { writer = LineWriter(lines) }

  func emit(_ event: Event) {
    switch event {
    case .failure, .note(.warning, _, _), .note(.info, _, _):
      if let line = writer.line(for: event) { Terminal.writeError(line + "\n") }
    default: break
    }
  }
}
