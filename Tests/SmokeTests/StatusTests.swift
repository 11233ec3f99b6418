import Diagnostics
import Foundation
import Inventory
import Testing

@testable import Smoke

struct StatusTests {
  @Test("a healthy rack: a row for each node, no failure, and the standing warnings")
  func healthy() {
    let status = ClusterStatus(rack: Sample.rack(), observation: Sample.healthy)
    #expect(status.healthy)
    let lines = status.lines()
    #expect(lines.first == "cluster home, Kubernetes v1.36.2")
    #expect(
      lines.contains {
        $0.hasPrefix("pi1   192.168.1.11  control-plane  Ready  v1.36.2  2.2.1") && $0.hasSuffix("3650 days")
      })
    #expect(lines.contains("✓ node is Ready: 3 of 3"))
    #expect(lines.contains("add-ons: cluster-dns 2/2"))
    let wasm = "wrapper, wasmtime 49.0.3: module ok, component ok, native ok, exit ok"
    #expect(lines.contains("WebAssembly on \(Sample.names.joined(separator: ", ")): \(wasm)"))
    #expect(!lines.contains { $0.hasPrefix("✗") })
    #expect(
      status.warnings == [
        "the CNI bridge enforces no NetworkPolicy: every pod reaches every pod",
        "one control-plane node: while pi1 is off, nothing in the cluster changes",
      ])
  }

  @Test("a failed condition is shown with its remedy and the command to try")
  func failed() {
    var observation = Sample.healthy
    observation.hosts["pi2"] = nil
    observation.unreachable["pi2"] = HearthError(.unreachable, "no route to host")
    observation.cluster?.nodes[1].conditions = [
      .init(type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", message: "")
    ]
    let status = ClusterStatus(rack: Sample.rack(), observation: observation)
    #expect(!status.healthy)
    let lines = status.lines()
    #expect(lines.contains { $0.hasPrefix("pi2") && $0.contains("unreachable") })
    #expect(lines.contains("✗ pi2: node is Ready: expected Ready=True, saw Ready=Unknown, NodeStatusUnknown"))
    #expect(lines.contains { $0.hasPrefix("    try on pi2: sudo journalctl -u kubelet") })
  }

  @Test("nodes whose checks of WebAssembly differ stand on lines of their own")
  func webAssembly() {
    var observation = Sample.healthy
    observation.hosts["pi2"]?.webAssembly?.passed = false
    observation.hosts["pi2"]?.webAssembly?.checks["exit"] = "status 1: out of memory"
    observation.hosts["pi3"]?.webAssembly = nil
    let lines = ClusterStatus(rack: Sample.rack(), observation: observation).lines()
    #expect(lines.contains("WebAssembly on pi1: wrapper, wasmtime 49.0.3: module ok, component ok, native ok, exit ok"))
    #expect(
      lines.contains("WebAssembly on pi2: wrapper, wasmtime 49.0.3: module ok, component ok, native ok, exit failed"))
    #expect(lines.contains { $0.hasPrefix("✗ pi2:") && $0.hasSuffix("saw exit: status 1: out of memory") })
  }

  @Test("after a power cut a node counts as soon as its own kubelet speaks, not as the API server remembers it")
  func remembered() {
    var observation = Sample.healthy
    for name in Sample.names { observation.hosts[name]?.booted = 100 }
    for (index, renewed) in [99, 100, 109].enumerated() { observation.cluster?.nodes[index].renewed = renewed }
    let status = ClusterStatus(rack: Sample.rack(), observation: observation)
    #expect(
      status.stages.first { $0.name == "nodes" } == Stage(name: "nodes", isReached: false, detail: "2 of 3 Ready"))
    #expect(!status.healthy)
  }

  @Test("no API server at all is still a status")
  func dead() {
    var observation = Observation()
    for name in Sample.names { observation.unreachable[name] = HearthError(.unreachable, "timed out") }
    observation.clusterProblem = "no control-plane host could be asked"
    let status = ClusterStatus(rack: Sample.rack(), observation: observation)
    #expect(status.server == nil && !status.healthy)
    #expect(status.lines().first == "cluster home, Kubernetes unknown: no API server answers")
  }

  @Test("status and report survive their way through JSON")
  func coding() throws {
    let status = ClusterStatus(rack: Sample.rack(), observation: Sample.healthy)
    #expect(try JSONDecoder().decode(ClusterStatus.self, from: JSONEncoder().encode(status)) == status)
    let report = SmokeReport(
      results: status.conditions, seconds: 2, stages: [.init(name: "look", seconds: 1)], warnings: ["w"])
    #expect(try JSONDecoder().decode(SmokeReport.self, from: JSONEncoder().encode(report)) == report)
  }

  @Test("a report passes only when something was tested and nothing failed")
  func passed() {
    let place = Sample.place("pi1")
    func result(_ verdict: Verdict) -> ConditionResult { .init(.nodeReady, at: place, verdict: verdict, seconds: 0) }
    #expect(SmokeReport(results: [result(.met("")), result(.skipped(""))]).passed)
    #expect(!SmokeReport(results: [result(.skipped(""))]).passed)
    #expect(!SmokeReport(results: [result(.met("")), result(.failed(expected: "a", seen: "b"))]).passed)
  }

  @Test("a unit that was restarted at its first start is not news for ever")
  func oldRestarts() {
    var observation = Sample.healthy
    observation.hosts["pi3"]?.units[0].restarts = 4
    observation.hosts["pi3"]?.units[0].activeSeconds = 3599
    func isTold() -> Bool {
      Warnings.all(rack: Sample.rack(), observation: observation).contains { $0.contains("was restarted 4 times") }
    }
    #expect(isTold())
    observation.hosts["pi3"]?.units[0].activeSeconds = 3600
    #expect(!isTold())
    observation.hosts["pi3"]?.units[0].active = "activating"
    #expect(isTold())
  }

  @Test("what is to be done for a host that does not answer can be done from elsewhere")
  func silentHosts() {
    var observation = Sample.healthy
    observation.hosts["pi1"] = nil
    observation.unreachable["pi1"] = HearthError(.unreachable, "no answer within 20 s")
    let status = ClusterStatus(rack: Sample.rack(), observation: observation)
    let failed = status.conditions.filter { $0.state == .failed && $0.host == "pi1" }
    #expect(!failed.isEmpty)
    #expect(failed.allSatisfy { $0.commandHost == nil && $0.command?.contains("sudo") == false })
  }

  @Test("warnings name what is worth knowing")
  func warnings() {
    var observation = Sample.healthy
    observation.cluster?.server = "v1.20.2"
    observation.cluster?.nodes[0].kubelet = "v1.17.0"
    observation.cluster?.nodes[1].kubelet = "v1.21.0"
    observation.cluster?.nodes[2].unschedulable = true
    observation.cluster?.nodes.append(Sample.node("stranger", range: nil))
    observation.hosts["pi2"]?.certificates[0].daysLeft = 29
    observation.hosts["pi3"]?.units[0].restarts = 4
    observation.hosts["pi1"]?.slowWrites = 3
    let warnings = Warnings.all(rack: Sample.rack(dns: .none), observation: observation)
    let expected = [
      "no cluster DNS", "Kubernetes 1.20 gets no updates since 2022-02-28",
      "pi1: kubelet v1.17.0 is too old", "pi2: kubelet v1.21.0 is newer", "pi3 is cordoned",
      "stranger is part of the cluster",
      "pi2: /etc/kubernetes/pki/ca.crt ends in 29 days", "pi3: containerd was restarted 4 times",
      "pi1: etcd waited longer than a second for its disk, 3 times",
    ]
    for words in expected { #expect(warnings.contains { $0.contains(words) }, "\(words) in \(warnings)") }
  }
}
