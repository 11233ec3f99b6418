import Artifacts
import Diagnostics
import Inventory
import Preflight
import Provision
import Testing
import Units

/// One way to break a healthy rack, and the rule that must see it.
struct Breakage: Sendable, CustomTestStringConvertible {
  var rule: CheckRule
  /// On which host the finding stands; nil for the whole rack.
  var host: String? = "pi1"
  var kubernetes = KubernetesVersion(1, 34, 0)
  var webAssembly = AddOns.WebAssembly.auto
  var storage: LocalStorage?
  var serviceAddresses: AddressRange?
  var today: Day?
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
    rack.cluster.addons.storage = breakage.storage
    rack.cluster.loadBalancer = breakage.serviceAddresses.map { LoadBalancer(addresses: $0) }
    var facts = TestRack.healthy(rack)
    breakage.change(&facts["pi1", default: Facts()])
    let found = Check.problems(rack: rack, facts: facts, today: breakage.today)
    #expect(
      found.contains { $0.rule == breakage.rule && $0.host == breakage.host }, "found \(found.map(\.rule.rawValue))")
    #expect(found.allSatisfy { !$0.title.isEmpty && !$0.detail.isEmpty && !$0.remedy.isEmpty })
    // A breakage of pi1 is nobody else's fault, but time passes on all hosts.
    #expect(breakage.today != nil || found.allSatisfy { $0.host == nil || $0.host == "pi1" })
  }

  @Test(
    "Kernels count by their own numbers",
    arguments: [
      ("6.12.75+rpt-rpi-v8", true), ("6.12.9-amd64", true), ("6.12.76+rpt-rpi-2712", false), ("6.18.34+rpt", false),
      ("6.1.0-37-amd64", false), ("6.12", false), ("6.12.99999999999999999999", false), ("", false),
    ])
  func kernels(_ release: String, _ isFound: Bool) {
    let rack = TestRack.make(kubernetes: KubernetesVersion(1, 34, 0))
    var facts = TestRack.healthy(rack)
    facts["pi1"]?.kernel = release
    let found = Check.problems(rack: rack, facts: facts).filter { $0.rule == .kernelKnownBad }
    #expect(found.map(\.host) == (isFound ? ["pi1"] : []))
  }

  @Test(
    "Volumes on a card are named where the card is what holds their folder",
    arguments: [
      ("/mnt/ssd/volumes", RootDisk.Kind.sdCard, false), ("/mnt/ssd", .sdCard, false),
      ("/mnt/ssd2/volumes", .sdCard, true), ("/srv/volumes", .sdCard, true), ("/srv/volumes", .nvme, false),
    ])
  func volumes(_ path: String, _ disk: RootDisk.Kind, _ isFound: Bool) {
    var rack = TestRack.make(kubernetes: KubernetesVersion(1, 34, 0))
    rack.cluster.addons.storage = LocalStorage(paths: ["pi1": path])
    var facts = TestRack.healthy(rack)
    facts["pi1"]?.rootDisk.kind = disk
    facts["pi1"]?.mountPoints = ["/", "/mnt/ssd"]
    let found = Check.problems(rack: rack, facts: facts).filter { $0.rule == .volumesOnSDCard }
    #expect(found.map(\.host) == (isFound ? ["pi1"] : []))
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

  @Test("What gets no updates soon is told of real racks, ninety days before and with the way on")
  func ends() throws {
    var rack = TestRack.make(kubernetes: KubernetesVersion(1, 35, 7))
    rack.cluster.versions[.containerd] = "2.2.7"
    let facts = TestRack.healthy(rack)
    let today = try #require(Day("2026-12-01"))
    func found(_ today: Day?) -> [CheckFinding] {
      Check.problems(rack: rack, facts: facts, today: today).filter { $0.rule == .releaseEnds }
    }
    #expect(found(nil).isEmpty)
    #expect(
      found(today).map(\.detail) == [
        "Kubernetes 1.35 gets no updates after 2027-02-28, in 89 days",
        "containerd 2.2 gets no updates since 2026-11-30",
      ])
    #expect(found(today).first?.remedy == "Set `cluster.kubernetes` to v1.36.5 and run `hearth upgrade`.")
    #expect(found(today).allSatisfy { !$0.isBlocking })
    rack.lab = "lab"
    #expect(found(today).isEmpty)
  }

  @Test("A host whose C library is too old is refused, and an older containerd is the way out")
  func library() {
    var rack = TestRack.make(kubernetes: KubernetesVersion(1, 36, 3))
    var facts = TestRack.healthy(rack)
    facts["pi1"]?.osVersion = "11"
    func isRefused() -> Bool {
      Check.problems(rack: rack, facts: facts).contains { $0.rule == .libraryTooOld && $0.isBlocking }
    }
    #expect(isRefused())
    rack.cluster.versions[.containerd] = "2.2.7"
    #expect(!isRefused())
    rack.cluster.versions = PartVersions()
    facts["pi1"]?.packages["libc6"] = "2.36-9+deb12u10"
    #expect(!isRefused())
  }

  @Test("No rule is without a breakage")
  func complete() {
    let tried = Set(Breakages.all.map(\.rule)).union([
      .unreachable, .portUnreachable, .policiesUnenforced, .serviceAddressTaken,
    ])
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
