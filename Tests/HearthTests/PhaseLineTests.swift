import Diagnostics
import Testing

@testable import hearth

struct PhaseLineTests {
  private let lines = PlainLines(style: Style(enabled: false))

  @Test func `A phase with a failed step, or one that was stopped, is not ticked off`() {
    #expect(lines.line(for: .phaseEnded(phase: "host", seconds: 2))?.plain == "✓ host (2.0 s)")
    #expect(lines.line(for: .phaseEnded(phase: "host", seconds: 2, succeeded: false))?.plain == "✗ host (2.0 s)")
  }

  @Test func `A host of such a phase has not finished it`() {
    var state = RunState()
    state.apply(.runStarted(command: "up", rack: "home", hosts: ["pi1"]))
    state.apply(.phaseStarted(phase: "host", hosts: ["pi1"]))
    state.apply(.phaseEnded(phase: "host", seconds: 2, succeeded: false))
    #expect(state.hosts["pi1"]?.finishedPhase == false)
    state.apply(.phaseEnded(phase: "host", seconds: 2))
    #expect(state.hosts["pi1"]?.finishedPhase == true)
  }

  @Test(arguments: [(nil, 1), ("", 1), ("4", 4), ("0", 1), ("-3", 1), ("1000", 100), ("4.5", 1), ("x", 1)])
  func `Patience is a whole number from 1 to 100`(_ text: String?, _ factor: Int) {
    #expect(Patience.factor(of: text) == factor)
  }
}
