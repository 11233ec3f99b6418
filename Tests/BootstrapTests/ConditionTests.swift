import Testing

@testable import Bootstrap

struct ConditionTests {
  private func coldStart(_ text: String) -> Bool {
    ClusterConditions.judgeColdStart(Array(text.utf8), nodes: 2).isEmpty
  }

  @Test func aControllerManagerThatSawNobodyReadyIsRestarted() {
    // 2026-11-24T00:00:00Z is 1795478400.
    let nodes = "pi1 True 2026-11-24T00:00:10Z\npi2 True 2026-11-24T00:00:20Z\n"
    #expect(!coldStart("1795478400\n" + nodes))
    #expect(coldStart("1795478410\n" + nodes))
    #expect(coldStart("1795478415\n" + nodes))
  }

  @Test func oneNodeThatStayedReadyIsEnough() {
    #expect(coldStart("1795478405\npi1 True 2026-11-24T00:00:00Z\npi2 True 2026-11-24T00:00:20Z\n"))
  }

  @Test(arguments: ["", "1795478400\n", "1795478400\npi1 True 2026-11-24T00:00:10Z\n", "pi1 True\n"])
  func withoutAnAnswerItIsDue(text: String) { #expect(!coldStart(text)) }

  @Test func nodeStatesAreRead() {
    let text = "pi1 True 2026-11-24T00:00:00Z\npi2 Unknown 2026-11-24T00:00:00Z\npi3  \n"
    let states = NodeState.all(in: Array(text.utf8))
    #expect(states.map(\.name) == ["pi1", "pi2", "pi3"])
    #expect(states.map(\.isReady) == [true, false, false])
    #expect(states[2].since == nil)
  }
}
