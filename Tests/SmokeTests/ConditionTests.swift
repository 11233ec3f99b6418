import Diagnostics
import Inventory
import Testing

@testable import Smoke

/// Every condition holds on a healthy rack and fails when its subject is broken, saying what was seen.
struct ConditionTests {
  /// One way to break a rack: the condition that must notice, at which host, and words of what it saw.
  struct Fault: Sendable, CustomTestStringConvertible {
    var condition: HealthCondition
    var host: String?
    var words: String
    var harm: @Sendable (inout Observation) -> Void

    init(
      _ condition: HealthCondition, _ host: String?, says words: String,
      _ harm: @escaping @Sendable (inout Observation) -> Void
    ) {
      self.condition = condition
      self.host = host
      self.words = words
      self.harm = harm
    }

    var testDescription: String { "\(condition.name): \(words)" }
  }

  static let hostFaults = [
    Fault(.apiReady, "pi1", says: "failed checks: etcd") {
      $0.hosts["pi1"]?.api = .init(healthy: false, detail: "failed checks: etcd")
    },
    Fault(.apiReady, "pi1", says: "no answer was recorded") { $0.hosts["pi1"]?.api = nil },
    Fault(.hostReachable, "pi1", says: "connection refused") {
      $0.hosts["pi1"] = nil
      $0.unreachable["pi1"] = HearthError(.unreachable, "connection refused")
    },
    Fault(.etcdHealthy, "pi1", says: "NOSPACE") {
      $0.hosts["pi1"]?.etcd = .init(healthy: false, detail: "ALARM NOSPACE")
    },
    Fault(.virtualAddress, nil, says: "it is on none") { $0.hosts["pi1"]?.hasEndpoint = false },
    Fault(.componentsRunning, "pi2", says: "kubelet is failed (failed)") {
      $0.hosts["pi2"]?.units[1].active = "failed"
      $0.hosts["pi2"]?.units[1].sub = "failed"
    },
    Fault(.componentsRunning, "pi2", says: "containerd is not installed") { $0.hosts["pi2"]?.units.removeFirst() },
    Fault(.componentsRunning, "pi3", says: "kube-proxy is activating (auto-restart)") {
      $0.hosts["pi3"]?.units[2].active = "activating"
      $0.hosts["pi3"]?.units[2].sub = "auto-restart"
    },
    Fault(.certificatesValid, "pi2", says: "ca.crt ends in 6 days") { $0.hosts["pi2"]?.certificates[0].daysLeft = 6 },
    Fault(.certificatesValid, "pi2", says: "ca.crt expired 3 days ago") {
      $0.hosts["pi2"]?.certificates[0].daysLeft = -3
    },
    Fault(.certificatesValid, "pi2", says: "none") { $0.hosts["pi2"]?.certificates = [] },
    Fault(.webAssembly, "pi2", says: "component: status 1: cannot compile") {
      $0.hosts["pi2"]?.webAssembly = WebAssemblyState(
        check:
          "backend=wrapper\nversion=wasmtime 49.0.3\nmodule=ok\ncomponent=status 1: cannot compile\nresult=failed\n",
        images: "")
    },
  ]

  static let clusterFaults = [
    Fault(.nodeReady, "pi2", says: "Ready=Unknown, NodeStatusUnknown: Kubelet stopped posting node status.") {
      $0.cluster?.nodes[1].conditions = [
        .init(
          type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status."
        )
      ]
    },
    Fault(.nodeReady, "pi2", says: "DiskPressure (KubeletHasDiskPressure)") {
      $0.cluster?.nodes[1].conditions.append(
        .init(type: "DiskPressure", status: "True", reason: "KubeletHasDiskPressure", message: ""))
    },
    Fault(.nodeReady, "pi2", says: "nothing from its kubelet since the host booted") {
      $0.hosts["pi2"]?.booted = 100
      $0.cluster?.nodes[1].renewed = 99
    },
    Fault(.nodeReady, "pi2", says: "has not reported yet") { $0.cluster?.nodes[1].conditions = [] },
    Fault(.nodeReady, "pi3", says: "knows no node of this name") { $0.cluster?.nodes.removeLast() },
    Fault(.nodeReady, "pi1", says: "connection refused") {
      $0.cluster = nil
      $0.clusterProblem = "connection refused"
    },
    Fault(.podRange, "pi1", says: "none") { $0.cluster?.nodes[0].podRange = nil },
    Fault(.podRange, "pi1", says: "10.99.0.0/24") { $0.cluster?.nodes[0].podRange = "10.99.0.0/24" },
    Fault(.podRange, "pi1", says: "shared with pi3") { $0.cluster?.nodes[0].podRange = "10.244.2.0/25" },
    Fault(.dnsReady, nil, says: "1 of 2 ready") { $0.cluster?.addOns[0].ready = 1 },
    Fault(.dnsReady, nil, says: "0 of 0 ready") {
      $0.cluster?.addOns[0].ready = 0
      $0.cluster?.addOns[0].wanted = 0
    },
    Fault(.dnsReady, nil, says: "no workload") { $0.cluster?.addOns = [] },
  ]

  static let trialFaults = [
    Fault(.podRuns, "pi2", says: "ErrImageNeverPull") {
      $0.trials?.pods["pi2"] = TestPod(ready: false, trouble: "Pending, ErrImageNeverPull")
    },
    Fault(.podRuns, "pi2", says: "10.88.0.3") { $0.trials?.pods["pi2"]?.address = "10.88.0.3" },
    Fault(.podRuns, "pi2", says: "was not made") { $0.trials?.pods["pi2"] = nil },
    Fault(.podToPod, "pi1", says: "to pi3: no answer from 10.244.2.7 within 3 s") {
      $0.trials?.fromPod["pi1"]?["pod.2"] = Trial(.failed("no answer from 10.244.2.7 within 3 s"))
    },
    Fault(.podToPod, "pi1", says: "the source address became 192.168.1.11 in place of 10.244.0.7") {
      $0.trials?.fromPod["pi1"]?["pod.2"] = Sample.answer("pod.2", node: 2, peer: "192.168.1.11")
    },
    Fault(.podToPod, "pi1", says: "to pi2: an answer of the pod on pi3") {
      $0.trials?.fromPod["pi1"]?["pod.1"] = Sample.answer("pod.1", node: 2, peer: Sample.address(0))
    },
    Fault(.podToPod, "pi1", says: "to pi2: not tried") { $0.trials?.fromPod["pi1"]?["pod.1"] = nil },
    Fault(.serviceFromPod, "pi3", says: "Service of the pod on pi1: payload other in place of pay") {
      $0.trials?.fromPod["pi3"]?["service.0"] = Trial(
        .answered("hearth-smoke payload=other pod=node-0 node=pi1 peer=1.2.3.4 nonce=once.service.0"))
    },
    Fault(.serviceFromPod, "pi3", says: "Service of all pods: an answer of something else: <html>") {
      $0.trials?.fromPod["pi3"]?["service"] = Trial(.answered("<html>a router's login page</html>"))
    },
    Fault(.serviceHairpin, "pi2", says: "no answer") {
      $0.trials?.fromPod["pi2"]?["service.1"] = Trial(.failed("no answer"))
    },
    Fault(.serviceFromHost, "pi2", says: "an answer to another request: stale.service") {
      $0.trials?.fromHost["pi2"]?["service"] = Trial(
        .answered("hearth-smoke payload=pay pod=node-0 node=pi1 peer=1.2.3.4 nonce=stale.service"))
    },
    Fault(.nodePort, "pi3", says: "1, and 1 times: connection refused") {
      $0.trials?.fromOutside["pi3"]?[1] = Trial(.failed("connection refused"))
    },
    Fault(.clusterNames, "pi1", says: "short name: wget: bad address 'smoke'") {
      $0.trials?.fromPod["pi1"]?["short"] = Trial(.failed("wget: bad address 'smoke'"))
    },
    Fault(.clusterNames, "pi1", says: "full name: not tried") { $0.trials?.fromPod["pi1"]?["full"] = nil },
    Fault(.logs, "pi1", says: "a log without this run's payload") {
      $0.trials?.logs["pi1"] = Trial(.answered("old words"))
    },
    Fault(.logs, "pi1", says: "dial tcp") {
      $0.trials?.logs["pi1"] = Trial(.failed("dial tcp 10.77.0.11:10250: refused"))
    },
    Fault(.exec, "pi1", says: "unable to upgrade connection") {
      $0.trials?.exec["pi1"] = Trial(.failed("unable to upgrade connection: Forbidden"))
    },
    Fault(.portForward, "pi2", says: "an answer of the pod on pi1") {
      $0.trials?.portForward["pi2"] = Sample.answer("forward", node: 0)
    },
    Fault(.serviceAccount, "pi2", says: "403 Forbidden") {
      $0.trials?.fromPod["pi2"]?["api"] = Trial(.failed("HTTP/1.0 403 Forbidden"))
    },
    Fault(.serviceAccount, "pi2", says: "another answer") {
      $0.trials?.fromPod["pi2"]?["api"] = Trial(.answered("HTTP/1.0 200 OK {}"))
    },
    Fault(.wasmModule, "pi1", says: "/busybox sleep") {
      $0.trials?.webAssembly["pi1"]?.trials["process.module"] = Trial(
        .answered("/busybox sleep /.hearth/wasmtime run"))
    },
    Fault(.wasmModule, "pi1", says: "a log without them") {
      $0.trials?.webAssembly["pi1"]?.trials["log.module"] = Trial(.answered("exec format error"))
    },
    Fault(.wasmComponent, "pi1", says: "CreateContainerError") {
      $0.trials?.webAssembly["pi1"]?.pod = TestPod(ready: false, trouble: "CreateContainerError")
    },
    Fault(.wasmComponent, "pi2", says: "no running container component") {
      $0.trials?.webAssembly["pi2"]?.trials["process.component"] = Trial(.failed("no running container component"))
    },
    Fault(.wasmMixed, "pi2", says: "/.hearth/wasmtime run") {
      $0.trials?.webAssembly["pi2"]?.trials["process.native"] = Trial(.answered(Sample.engine("run")))
    },
    Fault(.wasmService, "pi3", says: "service: no answer from 10.96.0.9") {
      $0.trials?.webAssembly["pi3"]?.trials["service"] = Trial(.failed("no answer from 10.96.0.9"))
    },
    Fault(.loadBalancer, nil, says: "its status names none") {
      $0.trials?.balanced = BalancedService(trouble: "its status names none")
    },
    Fault(.loadBalancer, nil, says: "192.168.1.77") {
      $0.trials?.balanced?.address = IPv4Address("192.168.1.77")
    },
    Fault(.loadBalancer, nil, says: "1, and 1 times: connection timed out") {
      $0.trials?.balanced?.attempts[1] = Trial(.failed("connection timed out"))
    },
    Fault(.storage, nil, says: "the claim is Pending") {
      $0.trials?.storage = ["written": Trial(.failed("the claim is Pending, and the pod storage-writer did not run"))]
    },
    Fault(.storage, nil, says: "other words: dust") { $0.trials?.storage["read"] = Trial(.answered("dust")) },
    Fault(.storage, nil, says: "No such file") {
      $0.trials?.storage["read"] = Trial(.failed("cat: can't open '/data/payload': No such file or directory"))
    },
    Fault(.storage, nil, says: "no answer") { $0.trials?.storage["read"] = nil },
    Fault(.rollingUpdate, nil, says: "2 of 52 requests failed, the first: no answer within 3 s") {
      $0.trials?.rollout = Rollout(old: 20, new: 30, failed: 2, firstFailure: "no answer within 3 s")
    },
    Fault(.rollingUpdate, nil, says: "the rollout did not end") {
      $0.trials?.rollout = Rollout(old: 20, new: 0, failed: 0, trouble: "the rollout did not end")
    },
    Fault(.rollingUpdate, nil, says: "the old pods never answered") {
      $0.trials?.rollout = Rollout(old: 0, new: 9, failed: 0)
    },
    Fault(.rollingUpdate, nil, says: "the new pods never answered") {
      $0.trials?.rollout = Rollout(old: 9, new: 0, failed: 0)
    },
  ]

  static let faults = hostFaults + clusterFaults + trialFaults

  @Test("every condition holds on a healthy rack", arguments: HealthCondition.all.map(\.name))
  func healthy(_ name: String) throws {
    let condition = try #require(HealthCondition.named(name))
    for place in condition.places(in: Sample.rack()) {
      let verdict = condition.judge(Sample.healthy, at: place)
      guard case .met = verdict else {
        Issue.record("\(name) at \(place.host ?? "cluster"): \(verdict)")
        continue
      }
    }
  }

  @Test("a broken rack fails exactly there, and says what was seen", arguments: faults)
  func broken(_ fault: Fault) {
    var observation = Sample.healthy
    fault.harm(&observation)
    let verdict = fault.condition.judge(observation, at: Sample.place(fault.host))
    guard case .failed(_, let seen) = verdict else {
      Issue.record("\(fault.condition.name) says \(verdict)")
      return
    }
    #expect(seen.contains(fault.words), "\(seen)")
  }

  @Test("every condition is broken by at least one test, has a unique name, and a remedy with a command")
  func complete() {
    let tried = Set(Self.faults.map(\.condition.name))
    #expect(HealthCondition.all.map(\.name).filter { !tried.contains($0) } == [])
    #expect(Set(HealthCondition.all.map(\.name)).count == HealthCondition.all.count)
    for condition in HealthCondition.all {
      for place in condition.places(in: Sample.rack()) {
        let remedy = condition.remedy(at: place)
        // A host that is silent is asked from here.
        #expect(!remedy.hint.isEmpty && !remedy.command.isEmpty)
        #expect((remedy.host != nil) == (condition.name != "host-reachable"))
      }
    }
  }

  @Test("nothing is judged on a node whose pod does not run, or that takes no part")
  func skipped() {
    var observation = Sample.healthy
    observation.trials?.pods["pi2"] = TestPod(ready: false, trouble: "Pending")
    observation.trials?.absent["pi3"] = "pi3 is not Ready"
    let fromPod: [HealthCondition] = [
      .podToPod, .serviceFromPod, .serviceHairpin, .clusterNames, .logs, .exec, .portForward, .serviceAccount,
    ]
    for condition in fromPod {
      #expect(condition.judge(observation, at: Sample.place("pi2")) == .skipped("no pod runs on pi2"))
      #expect(condition.judge(observation, at: Sample.place("pi3")) == .skipped("pi3 is not Ready"))
    }
    // Others are judged by the pods that do run.
    #expect(HealthCondition.podToPod.judge(observation, at: Sample.place("pi1")) == .met("pi3; no pod runs on pi2"))
  }

  @Test("results of WebAssembly are named after node and format, and missing where none is wanted or none is there")
  func webAssembly() {
    let place = Sample.place("pi2")
    let verdict = HealthCondition.wasmModule.judge(Sample.healthy, at: place)
    #expect(ConditionResult(.wasmModule, at: place, verdict: verdict, seconds: 0).name == "wasm/pi2/module")
    #expect(verdict == .met("/.hearth/wasmtime"))
    var observation = Sample.healthy
    observation.hosts["pi2"]?.webAssembly = nil
    observation.trials?.webAssembly["pi2"] = nil
    for condition in [HealthCondition.webAssembly, .wasmModule, .wasmComponent, .wasmMixed, .wasmService] {
      guard case .skipped = condition.judge(observation, at: place) else {
        Issue.record("\(condition.name) is judged where no runtime is")
        continue
      }
    }
  }

  @Test("storage is looked at where the inventory chooses it only")
  func withoutStorage() {
    var rack = Sample.rack()
    rack.cluster.addons.storage = nil
    #expect(HealthCondition.storage.places(in: rack).isEmpty)
    #expect(HealthCondition.storage.judge(Sample.healthy, at: Sample.place()) == .met("written and read on pi2"))
  }

  @Test("names are skipped only when the inventory says dns: none")
  func withoutDNS() {
    let place = Sample.place("pi1", in: Sample.rack(dns: .none))
    #expect(HealthCondition.clusterNames.judge(Sample.healthy, at: place) == .skipped("the inventory says dns: none"))
    #expect(HealthCondition.dnsReady.judge(Sample.healthy, at: place) == .skipped("the inventory says dns: none"))
  }

  @Test("a failed condition becomes an error with what was expected, what was seen and what to do")
  func error() throws {
    var observation = Sample.healthy
    observation.cluster?.nodes[1].conditions = []
    let place = Sample.place("pi2")
    let result = ConditionResult(
      .nodeReady, at: place, verdict: HealthCondition.nodeReady.judge(observation, at: place), seconds: 1)
    let error = try #require(result.error)
    #expect(error.message == "node is Ready: expected Ready=True, saw the kubelet has not reported yet")
    #expect(error.subject == Subject(host: "pi2", step: "node-ready"))
    #expect(error.command?.hasPrefix("on pi2: sudo journalctl -u kubelet") == true)
    #expect(result.event == .condition(name: "node-ready", host: "pi2", state: .failed, detail: result.detail))
  }
}
