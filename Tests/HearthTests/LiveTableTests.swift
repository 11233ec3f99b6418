import Diagnostics
import Testing

@testable import hearth

/// The moving table, drawn from events.
@Suite struct LiveTableTests {
  private func table(_ events: [Event], width: Int, height: Int = 40) -> [String] {
    var state = RunState()
    let now = ContinuousClock.now
    for event in events { state.apply(event, now: now) }
    return LiveTable(style: Style(enabled: false), width: width, height: height).lines(state, elapsed: 3, now: now).map(
      \.plain)
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

  @Test("where rows are few, failed hosts and those that work come first", arguments: [3, 8, 22])
  func rows(height: Int) {
    let names = (1...30).map { "pi\($0)" }
    let lines = table(
      [
        .runStarted(command: "up", rack: "home", hosts: names), .phaseStarted(phase: "host", hosts: names),
        .stepStarted(host: "pi29", phase: "host", step: "packages runc"),
        .failure(HearthError(.unreachable, "no way to it", subject: Subject(host: "pi30"))),
      ], width: 80, height: height)
    #expect(lines.count == height)
    #expect(lines[1].contains("pi30") && lines.last == "  … \(30 - (height - 2)) more hosts")
    if height > 3 { #expect(lines[2].contains("pi29")) }
  }

  @Test("the head says which phase of how many, and how many steps of all are done")
  func progress() {
    let lines = table(
      [
        .runStarted(command: "up", rack: "home", hosts: ["pi1", "pi2"]),
        .planned(phases: ["host", "start"], steps: ["pi1": 3, "pi2": 2]), .phaseStarted(phase: "start", hosts: ["pi1"]),
        .stepEnded(host: "pi1", phase: "start", step: "a", outcome: .changed, seconds: 1, detail: nil),
        .stepStarted(host: "pi1", phase: "start", step: "b"),
      ], width: 80)
    #expect(lines[0] == "up · home  3.0 s  phase 2 of 2, 1 of 5")
    #expect(lines[1].contains("start  1/3  b"))
  }

  @Test("before anything is known, the head says what is being looked at")
  func looking() {
    let lines = table([.runStarted(command: "up", rack: "home", hosts: ["pi1", "pi2"])], width: 80)
    #expect(lines[0] == "up · home  3.0 s  looking at 2 hosts")
  }
}
