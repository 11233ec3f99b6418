import Diagnostics
import Testing

@testable import hearth

/// The moving table, drawn from events.
@Suite struct LiveTableTests {
  private func table(_ events: [Event], width: Int) -> [String] {
    var state = RunState()
    let now = ContinuousClock.now
    for event in events { state.apply(event, now: now) }
    return LiveTable(style: Style(enabled: false), width: width).lines(state, elapsed: 3, now: now)
  }

  private let run: [Event] = [
    .runStarted(command: "up", rack: "home", hosts: ["pi1", "pi2", "pi3"]),
    .phaseStarted(phase: "host", hosts: ["pi1", "pi2"]),
    .stepStarted(
      host: "pi1", phase: "host", step: "packages conntrack haproxy iptables containerd containernetworking-plugins runc"),
    .stepStarted(host: "pi2", phase: "host", step: "file /usr/local/bin/kube-controller-manager"),
    .stepProgress(
      host: "pi2", step: "file /usr/local/bin/kube-controller-manager", doneBytes: 50_000_000, totalBytes: 109_000_000),
    .failure(HearthError(.unreachable, "no way to it", subject: Subject(host: "pi3"))),
  ]

  @Test(arguments: [20, 39, 60, 79, 120])
  func `No line is wider than the terminal`(width: Int) {
    for line in table(run, width: width) { #expect(line.count <= width, "\(line)") }
  }

  @Test func `Each host has one line, failed ones are marked`() {
    let lines = table(run, width: 120)
    #expect(lines.count == 4)
    #expect(lines[3] == "  ✗ pi3  failed")
  }

  @Test func `On a narrow terminal the progress of a file stays in sight`() {
    #expect(table(run, width: 39)[2].hasSuffix("  45 %"))
  }
}
