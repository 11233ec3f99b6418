import Diagnostics
import Synchronization

/// Shows a run on a terminal: lasting lines scroll up, the table of hosts is redrawn below them ten times a second.
final class TerminalSink: EventSink {
  private struct Screen {
    var run = RunState()
    var drawnLines = 0
    var finished = false
    /// Something else was written below the last line; the table stays away until the run goes on.
    var paused = false
    /// Somebody is asked something now: nothing else may be written.
    var isAsking = false
    /// What was to be written meanwhile.
    var held: [Styled] = []
    var showsTable: Bool { !finished && !paused && !isAsking }
  }

  /// The one that has the terminal; questions keep it quiet.
  private static let shown = Mutex<TerminalSink?>(nil)

  private let terminal: Terminal
  private let lines: LineWriter
  private let started = ContinuousClock.now
  private let screen = Mutex(Screen())
  private let ticker = Mutex<Task<Void, Never>?>(nil)

  init(terminal: Terminal) {
    self.terminal = terminal
    lines = LineWriter(PlainLines(style: terminal.style))
    Self.shown.withLock { $0 = self }
  }

  func emit(_ event: Event) {
    if case .runStarted = event { startTicker() }
    if case .summary = event { ticker.withLock { $0?.cancel() } }
    screen.withLock { screen in
      screen.run.apply(event)
      screen.paused = false
      if case .summary = event { screen.finished = true }
      draw(&screen, above: lasting(event))
    }
  }

  /// Takes the table away until the run goes on, so that something else may be written: a plan, an error.
  func pause() {
    screen.withLock {
      erase(&$0)
      $0.paused = true
    }
  }

  /// Keeps the terminal free for a question: what happens meanwhile is told after the answer.
  static func quietly<Answer>(_ ask: () -> Answer) -> Answer {
    guard let sink = shown.withLock({ $0 }) else { return ask() }
    sink.screen.withLock {
      sink.erase(&$0)
      $0.isAsking = true
    }
    defer {
      sink.screen.withLock { screen in
        screen.isAsking = false
        let held = screen.held
        screen.held = []
        if !held.isEmpty { sink.draw(&screen, above: held.joined(separator: "\n")) }
      }
    }
    return ask()
  }

  /// Only what a person wants to keep scrolls; single steps are seen in the table.
  private func lasting(_ event: Event) -> Styled? {
    switch event {
    case .phaseStarted, .runStarted, .planned: nil
    case .stepEnded(_, _, _, let outcome, _, _) where outcome != .failed: nil
    case .condition(_, _, .waiting, _): nil
    default: lines.line(for: event)
    }
  }

  private func startTicker() {
    ticker.withLock { task in
      task?.cancel()
      task = Task { [weak self] in
        for await look in ContinuousClock().looks(every: .milliseconds(100)) where look > 0 {
          guard let self else { return }
          self.screen.withLock { if $0.showsTable { self.draw(&$0, above: nil) } }
        }
      }
    }
  }

  private func draw(_ screen: inout Screen, above text: Styled?) {
    guard !screen.isAsking else {
      if let text { screen.held.append(text) }
      return
    }
    var output = Styled("")
    if let text { output += text + "\n" }
    let elapsed = LiveTable.seconds(ContinuousClock.now - started)
    let table =
      screen.showsTable
      ? LiveTable(style: terminal.style, width: terminal.width - 1, height: terminal.height - 2).lines(
        screen.run, elapsed: elapsed) : []
    if !table.isEmpty { output += table.joined(separator: "\n") + "\n" }
    let movement = CursorMovement(linesUp: screen.drawnLines)
    screen.drawnLines = table.count
    if text != nil || !table.isEmpty || movement.linesUp > 0 { Terminal.draw(movement, output) }
  }

  private func erase(_ screen: inout Screen) {
    Terminal.draw(CursorMovement(linesUp: screen.drawnLines), "")
    screen.drawnLines = 0
  }
}
