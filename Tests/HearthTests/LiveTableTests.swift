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
      host: "pi1", phase: "host",
      step: "packages conntrack haproxy iptables containerd containernetworking-plugins runc"),
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

  @Test func `A step that works is shown before a file on its way, and a file that has arrived not at all`() {
    let file = "file /usr/local/bin/kubelet"
    var events: [Event] = [
      .runStarted(command: "up", rack: "home", hosts: ["pi1"]), .phaseStarted(phase: "host", hosts: ["pi1"]),
      .stepStarted(host: "pi1", phase: "host", step: "packages runc"),
      .stepStarted(host: "pi1", phase: "software", step: file),
      .stepProgress(host: "pi1", step: file, doneBytes: 10, totalBytes: 100),
    ]
    #expect(table(events, width: 120)[1].contains("host  packages runc"))
    events.append(
      .stepEnded(host: "pi1", phase: "host", step: "packages runc", outcome: .changed, seconds: 1, detail: nil))
    #expect(table(events, width: 120)[1].contains(file))
    events.append(.stepProgress(host: "pi1", step: file, doneBytes: 100, totalBytes: 100))
    #expect(!table(events, width: 120)[1].contains(file))
  }
}
