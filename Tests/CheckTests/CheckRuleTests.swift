import Artifacts
import Diagnostics
import Inventory
import Provision
import Testing

/// One way to break a healthy rack, and the rule that must see it.
struct Breakage: Sendable, CustomTestStringConvertible {
  var rule: CheckRule
  /// On which host the finding stands; nil for the whole rack.
  var host: String? = "pi1"
  var kubernetes = KubernetesVersion(1, 34, 0)
  var webAssembly = AddOns.WebAssembly.auto
  var change: @Sendable (inout Facts) -> Void
  var testDescription: String { rule.rawValue }
}

@Suite("The rules of hearth check")
struct CheckRuleTests {
  @Test("A healthy rack has no findings")
  func healthy() {
    let rack = TestRack.make(kubernetes: KubernetesVersion(1, 34, 0))
    #expect(Check.problems(rack: rack, facts: TestRack.healthy(rack)) == [])
  }

  @Test("Each rule sees its breakage", arguments: Breakages.all)
  func seen(_ breakage: Breakage) {
    var rack = TestRack.make(kubernetes: breakage.kubernetes)
    rack.cluster.addons.webAssembly = breakage.webAssembly
    var facts = TestRack.healthy(rack)
    breakage.change(&facts["pi1", default: Facts()])
    let found = Check.problems(rack: rack, facts: facts)
    #expect(
      found.contains { $0.rule == breakage.rule && $0.host == breakage.host }, "found \(found.map(\.rule.rawValue))")
    #expect(found.allSatisfy { !$0.title.isEmpty && !$0.detail.isEmpty && !$0.remedy.isEmpty })
    // A breakage of pi1 is nobody else's fault.
    #expect(found.allSatisfy { $0.host == nil || $0.host == "pi1" })
  }

  @Test(
    "containerd's version decides whether the shim can run",
    arguments: [
      ("1.6.20~ds1-1+b1", false), ("1.6.25", true), ("1.7.6", false), ("1.7.24~ds1-6", true), ("2.1.3-1", true),
      ("x", false),
    ])
  func shim(_ version: String, _ runs: Bool) {
    var rack = TestRack.make(kubernetes: KubernetesVersion(1, 20, 2))
    rack.cluster.addons.webAssembly = .shim
    var facts = TestRack.healthy(rack)
    facts["pi1"]?.packages["containerd"] = version
    let found = Check.problems(rack: rack, facts: facts).map(\.rule)
    #expect(found.contains(.wasmShimBlocked) != runs)
    let line = CheckReport(rack: rack, facts: facts, findings: [], hosts: ["pi1"]).text()
    #expect(line.contains(runs ? "WebAssembly: by the shim" : "WebAssembly: none here; the shim could not run"))
  }

  @Test("No rule is without a breakage")
  func complete() {
    let tried = Set(Breakages.all.map(\.rule)).union([.unreachable])
    #expect(CheckRule.allCases.filter { !tried.contains($0) } == [])
  }

  @Test("A host that cannot be asked is a finding with the error's own words, and the others are still judged")
  func unreachable() {
    let rack = TestRack.make()
    var facts = TestRack.healthy(rack)
    facts["pi2"] = nil
    facts["pi3"]?.swaps = [Swap(path: "/var/swap", bytes: 1 << 30)]
    let error = HearthError(.unreachable, "no answer within 10 s", hint: "Is it switched on?")
    let found = Check.problems(rack: rack, facts: facts, failures: ["pi2": error])
    let first = found.first { $0.rule == .unreachable }
    #expect(first?.host == "pi2" && first?.remedy == "Is it switched on?" && first?.isBlocking == true)
    #expect(found.contains { $0.rule == .swapOn && $0.host == "pi3" && $0.fixedByUp && !$0.isBlocking })
  }

  @Test("The gravest findings come first")
  func order() throws {
    let rack = TestRack.make()
    let found = Check.problems(rack: rack, facts: ["pi1": try Fixture.broken.facts]).filter { $0.host == "pi1" }
    #expect(found.map(\.severity) == found.map(\.severity).sorted())
    #expect(Set(found.map(\.severity)) == Set(CheckRule.Severity.allCases))
  }
}
