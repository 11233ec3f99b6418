import Diagnostics
import Foundation
import Inventory
import Preflight
import Provision
import Testing

@Suite("The report of hearth check")
struct CheckReportTests {
  @Test("Rules found on known hosts")
  func rules() throws {
    let rack = TestRack.make()
    func found(_ fixture: Fixture, as host: String) throws -> Set<CheckRule> {
      Set(Check.problems(rack: rack, facts: [host: try fixture.facts]).map(\.rule))
    }
    #expect(
      try found(.raspiOS11, as: "pi1") == [
        .memoryControllerOff, .swapOn, .hostnameDiffers, .systemOutOfSupport, .libraryTooOld, .etcdOnSDCard,
        .addressLeased,
      ])
    #expect(
      try found(.raspiOS12, as: "pi2") == [
        .memoryControllerOff, .swapOn, .underVoltageBefore, .throttledBefore, .addressLeased, .kernelKnownBad,
      ])
    #expect(
      try found(.raspiOS13, as: "pi3") == [
        .memoryControllerOff, .zramOn, .largePages, .addressLeased, .kernelKnownBad,
      ])
    #expect(try found(.debian12, as: "pi4") == [.addressLeased])
    #expect(try found(.clusterNode, as: "pi1") == [.cgroupV1, .addressLeased])
  }

  @Test("A whole report reads as kept", arguments: [100])
  func report(width: Int) throws {
    let rack = TestRack.make()
    let facts = [
      "pi1": try Fixture.raspiOS11.facts, "pi2": try Fixture.broken.facts, "pi4": try Fixture.debian12.facts,
    ]
    let error = HearthError(
      .unreachable, "192.168.1.13:22 does not answer", hint: "Is the board powered and its cable plugged in?")
    let findings = Check.problems(rack: rack, facts: facts, failures: ["pi3": error])
    let text = CheckReport(rack: rack, facts: facts, findings: findings).text(width: width)
    #expect(try Golden.matches(text, at: Fixture.folder.appending(path: "report.txt")), "\(text)")
    #expect(text.components(separatedBy: "\n").dropLast().allSatisfy { $0.count <= width })
  }

  @Test(
    "The last line counts",
    arguments: [
      ([CheckRule](), "4 hosts: no problems."),
      ([.swapOn], "4 hosts: 1 error. hearth up fixes all of them; nothing stands in its way."),
      ([.hot, .rebootPending], "4 hosts: 1 warning, 1 note. nothing stands in its way."),
      (
        [.swapOn, .foundK3s, .foundK0s, .hot],
        "4 hosts: 3 errors, 1 warning. hearth up fixes 1 of them; 2 errors stand in its way."
      ),
    ])
  func counts(rules: [CheckRule], line: String) {
    let findings = rules.map { CheckFinding($0, host: "pi1", "seen") }
    #expect(CheckReport(rack: TestRack.make(), facts: [:], findings: findings).counts == line)
  }

  @Test("docs/reference/check.md lists every finding with its remedy")
  func document() throws {
    let root = Fixture.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    #expect(try Golden.matches(CheckDocument.text, at: root.appending(path: "docs/reference/check.md")))
  }

  @Test("Findings are JSON with stable names")
  func json() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(CheckFinding(.swapOn, host: "pi1", "seen")), as: UTF8.self)
    #expect(
      text.contains(#""rule":"swap-on""#) && text.contains(#""fixedByUp":true"#)
        && text.contains(#""severity":"error""#))
    #expect(try JSONDecoder().decode(CheckFinding.self, from: Data(text.utf8)).rule == .swapOn)
  }
}
