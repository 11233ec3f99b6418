import Diagnostics
import Testing

@testable import Provision

/// What is said of a plan before the question: numbers, and everything that interrupts or cannot be taken back.
@Suite struct PlanDigestTests {
  private func digest(_ resources: [Resource], hosts: [String] = ["pi1"], _ change: (inout HostState) -> Void)
    -> PlanDigest
  {
    var state = HostState()
    change(&state)
    let observed = Dictionary(uniqueKeysWithValues: hosts.map { ($0, state) })
    let wanted = Dictionary(uniqueKeysWithValues: hosts.map { ($0, resources) })
    return PlanDigest(
      Plan([Phase("p", title: "Phase", resources: wanted)], observed: Observation(hosts: observed)))
  }

  @Test("hosts with the same changes share a line")
  func groups() {
    let found = digest(
      [
        .file(.init("/etc/a", "a\n")), .file(.init("/etc/b", "b\n")), .directory(.init("/srv/x")),
        .sysctl(key: "a.b", value: "1"),
      ],
      hosts: ["pi2", "pi1", "pi3"]
    ) { _ in }
    #expect(found.groups.map(\.hosts) == [["pi1", "pi2", "pi3"]])
    #expect(found.groups[0].counts.map(\.kind) == [.file, .setting])
    #expect(found.groups[0].counts.map(\.number) == [3, 1])
    #expect(found.lines == ["pi1, pi2, pi3: 3 files, 1 setting"])
  }

  @Test("a restart, a reboot and a deletion are named in full")
  func notices() {
    let found = digest(
      [
        .file(.init("/etc/a", "new\n")), .unit(.init("a.service", restartOn: ["/etc/a"])), .absent(path: "/etc/old"),
        .unit(.init("b.service", state: .stopped, enabled: false)),
      ]
    ) { state in
      state.units["a.service"] = PlanTests.unit(started: 1)
      state.units["b.service"] = PlanTests.unit(started: 1)
      state.stats["/etc/old"] = PlanTests.stat()
    }
    #expect(
      found.notices.map { "\($0.effect.rawValue) \($0.things.joined(separator: " "))" }
        == ["restarts a.service", "stops b.service", "deletes /etc/old"])
  }

  @Test("a plan without changes has nothing to say")
  func empty() {
    let found = digest([]) { _ in }
    #expect(found.groups.isEmpty && found.notices.isEmpty && found.lines.isEmpty)
  }

  @Test(
    "many hosts are not listed one by one",
    arguments: [(8, "h0, h1, h2, h3, h4, h5, h6, h7"), (30, "h0, h1, h2, h3, h4, h5 and 24 more")])
  func names(count: Int, words: String) {
    #expect(PlanDigest.names((0..<count).map { "h\($0)" }) == words)
  }
}
