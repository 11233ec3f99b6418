import Diagnostics
import Provision
import Testing

@testable import Bootstrap

struct ReplacementVerdictTests {
  static let view = ClusterView(nodes: [
    .init(name: "pi2", machineID: "old", serial: "100002"), .init(name: "pi3", machineID: "other", serial: "100003"),
  ])

  static func facts(serial: String, record: Bool) -> Facts {
    var facts = Facts()
    facts.serial = serial
    if record { facts.nodeRecord = NodeRecord(name: "pi2", cluster: "c", podRanges: [:]).text }
    return facts
  }

  @Test(arguments: [
    ("100002", false, ReplacementVerdict.System.new, "the same board (serial 100002), with a new system"),
    ("100009", false, .new, "another board (serial 100009, it was 100002)"),
    ("", false, .new, "a host that tells no serial number"),
    ("100002", true, .old, "its system is the one that joined"),
  ])
  func tellsBoardAndSystemApart(
    serial: String, record: Bool, system: ReplacementVerdict.System, words: String
  ) throws {
    let verdict = try ReplacementVerdict(
      name: "pi2", facts: Self.facts(serial: serial, record: record), view: Self.view)
    #expect(verdict.system == system)
    #expect(verdict.words.contains(words), "\(verdict.words)")
  }

  @Test func mixedUpCardsAreNoticed() {
    let error = #expect(throws: HearthError.self) {
      try ReplacementVerdict(name: "pi2", facts: Self.facts(serial: "100003", record: false), view: Self.view)
    }
    #expect(error?.message.contains("is pi3's") == true)
  }

  @Test func aNodeThatIsOutAlreadyOnlyJoins() throws {
    let verdict = try ReplacementVerdict(
      name: "pi5", facts: Self.facts(serial: "", record: false), view: Self.view)
    #expect(verdict.system == .unknownToCluster)
  }
}
