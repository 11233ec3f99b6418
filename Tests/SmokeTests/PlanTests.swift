import Diagnostics
import Foundation
import Inventory
import SSH
import Templates
import Testing

@testable import Smoke

/// What a smoke test sends to hosts and pods.
struct PlanTests {
  private let plan = TestPlan(
    members: Sample.names.map {
      .init(
        node: $0, architecture: "arm64", image: "hearth.local/smoke:1",
        webAssembly: .init(
          module: "hearth.local/wasm-module:1", component: "hearth.local/wasm-component:1",
          web: "hearth.local/wasm-web:1"))
    },
    domain: "cluster.local", options: SmokeOptions(), access: .standard, hasLoadBalancer: true)

  private let failover = FailoverPlan(
    access: .standard, namespace: "hearth-smoke-failover-1", victim: "pi3", architecture: "arm64",
    image: "hearth.local/smoke:1", web: "hearth.local/wasm-web:1", failover: Failover())

  private var programs: [(String, String)] {
    get throws {
      let services = ["smoke": "10.96.0.20", "node-0": "10.96.0.21", "node-1": "10.96.0.22", "node-2": "10.96.0.23"]
      let pods = Sample.trials.pods
      return try [
        ("server", Template.text(of: "smoke/server.sh")),
        (
          "requests",
          plan.requests(targets: plan.podTargets(from: "pi1", pods: pods, services: services), apiAddress: "10.96.0.1")
        ),
        ("watch", plan.watch(address: "10.96.0.30")),
        ("start", plan.startProgram(owner: "laptop:7")), ("pods", plan.podsProgram),
        (
          "pod",
          plan.podProgram(
            on: "pi1", targets: plan.podTargets(from: "pi1", pods: pods, services: services), apiAddress: "10.96.0.1")
        ),
        ("host", plan.hostProgram(targets: plan.serviceTargets(pods: pods, services: services))),
        ("roll", plan.rollProgram(from: "pi1", address: "10.96.0.30")),
        (
          "wasm", plan.webAssemblyProgram(.init(pod: "wasm-0", address: "10.244.0.9", service: "10.96.0.9"))
        ),
        ("storage", plan.storageProgram(patience: .seconds(60))),
        ("failover start", failover.startProgram(owner: "laptop:7")), ("failover cut", failover.cutProgram()),
        ("failover watch", failover.watchProgram(addresses: ["container": "10.96.0.1", "wasm": "10.96.0.2"])),
        ("failover pods", failover.podsProgram),
        ("clean", TestPlan.cleanProgram(["hearth-smoke-a"], access: .standard)),
        ("remains", LeftoverNamespace.program(access: .standard)),
        (
          "state",
          Observer(rack: Sample.rack(), shells: [:], access: .standard).program(
            for: Sample.rack().nodes[0], cluster: true)
        ),
      ]
    }
  }

  @Test(
    "every program for hosts and pods passes shellcheck for dash, with nothing left to fill in",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/shellcheck"),
      "needs shellcheck (apt install shellcheck)"
    ))
  func shellcheck() throws {
    for (name, program) in try programs {
      #expect(!program.contains("{{"), "\(name)")
      let file = FileManager.default.temporaryDirectory.appending(path: "hearth-\(UUID().uuidString).sh")
      try Data(program.utf8).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      let check = Process()
      check.executableURL = URL(fileURLWithPath: "/usr/bin/shellcheck")
      // Programs and objects inside are quoted words; 2016 takes what they hold for mistakes.
      check.arguments = ["--shell=dash", "--format=gcc", "--exclude=SC2016", file.path]
      let output = Pipe()
      check.standardOutput = output
      try check.run()
      let found = try output.fileHandleForReading.readToEnd() ?? Data()
      check.waitUntilExit()
      #expect(check.terminationStatus == 0, "\(name): \(String(decoding: found, as: UTF8.self))")
    }
  }

  @Test("each pod asks all other pods, all Services, and one Service by both names")
  func targets() {
    let services = ["smoke": "10.96.0.20", "node-0": "10.96.0.21", "node-1": "10.96.0.22", "node-2": "10.96.0.23"]
    let labels = plan.podTargets(from: "pi2", pods: Sample.trials.pods, services: services).map(\.label)
    #expect(labels == ["pod.0", "pod.2", "service.0", "service.1", "service.2", "service", "short", "full"])
    var pods = Sample.trials.pods
    pods["pi3"]?.ready = false
    #expect(
      plan.podTargets(from: "pi2", pods: pods, services: services).map(\.label)
        == ["pod.0", "service.0", "service.1", "service", "short", "full"])
  }

  @Test("names and payloads are new in every run")
  func random() {
    let other = TestPlan(members: [], domain: "cluster.local", options: SmokeOptions(), access: .standard)
    #expect(plan.namespace != other.namespace && plan.expectation.payload != other.expectation.payload)
    #expect(plan.expectation.nonce != other.expectation.nonce && plan.oldPayload != plan.newPayload)
  }

  static let own = ProcessIdentity.current

  /// Who made it, its age in seconds, and whether it may go.
  static let remains: [(owner: String?, age: Int?, stale: Bool)] = [
    ("laptop:\(own.pid):\(own.start)", 5, false), ("laptop:\(own.pid):1", 5, true), ("other:8:1", 5, false),
    ("other:8:1", 601, true), ("laptop:\(own.pid):\(own.start)", 601, true), (nil, 5, true), ("words", 5, false),
    ("-:8:1", 5, false), ("other:8:1", nil, false),
  ]

  @Test("a namespace is removed when its run has ended, never while it may go on", arguments: remains)
  func stale(_ remains: (owner: String?, age: Int?, stale: Bool)) {
    let left = LeftoverNamespace(namespace: "hearth-smoke-a", owner: remains.owner, ageSeconds: remains.age)
    #expect(left.isStale(seenFrom: ProcessIdentity(system: "laptop", pid: 1, start: "1")) == remains.stale)
  }

  @Test("remains are read from the API server's list; those that are going already are left alone")
  func remainsList() throws {
    let json = """
      {"items":[
        {"metadata":{"name":"hearth-smoke-a","annotations":{"hearth-smoke/owner":"laptop:7"},
          "creationTimestamp":"2026-11-24T00:00:00Z"},"status":{"phase":"Active"}},
        {"metadata":{"name":"hearth-smoke-b"},"status":{"phase":"Terminating"}}]}
      """
    let found = try LeftoverNamespace.parse(json, now: 1_795_478_400 + 90)
    #expect(found == [LeftoverNamespace(namespace: "hearth-smoke-a", owner: "laptop:7", ageSeconds: 90)])
  }
}
