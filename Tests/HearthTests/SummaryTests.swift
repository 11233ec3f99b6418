import Diagnostics
import Testing

@testable import hearth

/// How a run's end reads, and which exit code it has.
@Suite struct SummaryTests {
  private let text = SummaryText(style: Style(enabled: false))
  private let events = SilentSink()

  private func summary(
    _ result: Summary.Result, changed: Int = 0, failed: [String: String] = [:], command: String = "up"
  ) -> Summary {
    Summary(
      command: command, result: result, changed: changed,
      hosts: failed.mapValues { Summary.Host(changed: 0, execs: 0, failures: [$0]) }, seconds: 2)
  }

  @Test func `Hosts that failed are named, in a sentence each, with the way on`() {
    let failed = ["pi2": "10.0.0.2 does not let pi in. Tried: this; that.", "pi4": "there is no way to 10.0.0.4"]
    #expect(
      text.render(summary(.partly, changed: 3, failed: failed)).plain == """
        ✗ up: some hosts failed; 3 changes in 2.0 s
          pi2: 10.0.0.2 does not let pi in
          pi4: there is no way to 10.0.0.4
          next: put right what is named above, then run `hearth up` again: it goes on from there
        """)
  }

  @Test func `A hundred hosts do not fill the screen`() {
    let failed = Dictionary(uniqueKeysWithValues: (100..<200).map { ("pi\($0)", "off") })
    let lines = text.render(summary(.failed, failed: failed)).plain.split(separator: "\n")
    #expect(lines.count == 15)
    #expect(lines[13] == "  … and 88 more hosts")
  }

  @Test func `A run that was stopped blames no host`() {
    #expect(text.render(summary(.partly, changed: 13)).plain == "up: stopped after 2.0 s, 13 changes made")
    #expect(text.render(summary(.partly)).plain == "up: ended after 2.0 s, in the middle of changes")
    #expect(text.render(summary(.refused)).plain == "up: cancelled, nothing was changed")
  }

  @Test("what was done that is not a resource of a host is said in place of `no changes`")
  func actions() {
    var drained = summary(.done, command: "node drain")
    drained.actions = ["pi3 drained"]
    #expect(text.render(drained).plain == "✓ node drain: pi3 drained (2.0 s)")
    drained.result = .partly
    #expect(text.render(drained).plain == "node drain: stopped after 2.0 s; done before: pi3 drained")
    #expect(text.render(summary(.done)).plain == "✓ up: no changes (2.0 s)")
    #expect(text.render(summary(.done, command: "smoke")).plain == "✓ smoke: done (2.0 s)")
  }

  @Test func `A look that failed is not gone on with`() {
    #expect(!text.render(summary(.failed, failed: ["pi1": "off"], command: "plan")).plain.contains("next:"))
  }

  @Test(arguments: [
    ([HearthError.Code.locked, .locked], true), ([.locked, .refused], true), ([.locked, .unreachable], false),
    ([], false),
  ])
  func `Only locks and rules make a refusal`(codes: [HearthError.Code], isRefused: Bool) async {
    let outcome = RunOutcome()
    for (index, code) in codes.enumerated() {
      await outcome.fail(HearthError(code, "no", subject: Subject(host: "pi\(index)")), events)
    }
    #expect(await outcome.isRefused == isRefused)
  }

  @Test func `Failures belong to their hosts, or to all`() async {
    let outcome = RunOutcome()
    await outcome.fail(HearthError(.unreachable, "off", subject: Subject(host: "pi4")), events)
    #expect(await outcome.hasFailures(on: ["pi4"]))
    #expect(await !outcome.hasFailures(on: ["pi1"]))
    await outcome.fail(HearthError(.local, "no disk"), events)
    #expect(await outcome.hasFailures(on: ["pi1"]))
  }

  @Test(arguments: [
    (HearthError.Code.usage, hearth.ExitStatus.usage), (.inventory, .usage), (.refused, .refused), (.locked, .refused),
    (.cancelled, .refused), (.unreachable, .failed), (.checksum, .failed), (.local, .failed),
  ])
  func `Exit codes are as documented`(code: HearthError.Code, status: hearth.ExitStatus) {
    #expect(hearth.ExitStatus(HearthError(code, "")) == status)
  }
}
