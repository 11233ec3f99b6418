import Diagnostics
import Foundation
import Inventory

@testable import Smoke

/// A healthy rack of three nodes after a smoke test, for tests to break.
enum Sample {
  static let names = ["pi1", "pi2", "pi3"]

  static func rack(controlPlanes: Int = 1, dns: AddOns.DNS = .dnsmasq) -> Rack {
    var rack = Rack(
      cluster: Cluster(
        name: "home", kubernetes: KubernetesVersion(1, 36, 2),
        endpoint: Endpoint(host: "192.168.1.99", isVirtual: true), addons: AddOns(dns: dns, storage: LocalStorage())),
      nodes: names.enumerated().map { index, name in
        Node(
          name: name, address: IPv4Address(bits: 0xC0A8_010B + UInt32(index)),
          roles: index < controlPlanes ? [.controlPlane] : [.worker])
      })
    rack.cluster.loadBalancer = AddressRange("192.168.1.200-209").map { LoadBalancer(addresses: $0) }
    return rack
  }

  static func place(_ host: String? = nil, in rack: Rack = rack()) -> Place {
    Place(rack: rack, node: host.flatMap { host in rack.nodes.first { $0.name == host } })
  }

  static var healthy: Observation {
    var observation = Observation()
    for node in rack().nodes {
      observation.hosts[node.name] = HostState(
        units: Observer.units(for: node, in: rack()).map {
          .init(name: $0, load: "loaded", active: "active", sub: "running", restarts: 0)
        },
        certificates: [.init(path: "/etc/kubernetes/pki/ca.crt", notAfter: 0, daysLeft: 3650)],
        testImage: "hearth.local/smoke:1",
        webAssembly: .init(
          backend: "wrapper", version: "wasmtime 49.0.3", passed: true,
          checks: ["module": "ok", "component": "ok", "native": "ok", "exit": "ok"]))
    }
    observation.hosts["pi1"]?.api = .init(healthy: true, detail: "ready, 24 checks")
    observation.hosts["pi1"]?.etcd = .init(healthy: true, detail: "healthy")
    observation.hosts["pi1"]?.hasEndpoint = true
    observation.cluster = ClusterState(
      server: "v1.36.2", nodes: names.enumerated().map { node($1, range: "10.244.\($0).0/24") },
      addOns: [.init(name: "cluster-dns", kind: "Deployment", ready: 2, wanted: 2)])
    observation.trials = trials
    return observation
  }

  static func node(_ name: String, range: String?) -> ClusterState.Node {
    .init(
      name: name, roles: [], kubelet: "v1.36.2", kernel: "6.12", runtime: "containerd://2.2.1", system: "Debian",
      architecture: "arm64", podRange: range, unschedulable: false,
      conditions: [.init(type: "Ready", status: "True", reason: "KubeletReady", message: "")])
  }

  static func address(_ index: Int) -> String { "10.244.\(index).7" }

  static func answer(_ label: String, node: Int, peer: String = "10.0.0.1") -> Trial {
    Trial(
      .answered("hearth-smoke payload=pay pod=node-\(node) node=pi\(node + 1) peer=\(peer) nonce=once.\(label)"))
  }

  static var trials: TrialResults {
    var trials = TrialResults(
      expectation: .init(payload: "pay", nonce: "once", secretPayload: "secret", nodes: names))
    for (index, name) in names.enumerated() {
      trials.pods[name] = TestPod(ready: true, address: address(index))
      var found = [
        "service": answer("service", node: 1), "short": answer("short", node: 2), "full": answer("full", node: 0),
      ]
      for other in names.indices { found["service.\(other)"] = answer("service.\(other)", node: other) }
      trials.fromHost[name] = found.filter { $0.key.hasPrefix("service") }
      for other in names.indices where other != index {
        found["pod.\(other)"] = answer("pod.\(other)", node: other, peer: address(index))
      }
      found["api"] = Trial(.answered(#"HTTP/1.0 200 OK {"data":{"payload":"secret"}}"#))
      trials.fromPod[name] = found
      trials.fromOutside[name] = [answer("port.\(index)", node: 0), answer("port.\(index)", node: 2)]
      trials.exec[name] = Trial(.answered("once"))
      trials.logs[name] = Trial(.answered("hearth-smoke serves pay on \(name)"))
      trials.portForward[name] = answer("forward", node: index)
      trials.webAssembly[name] = WebAssemblyTrial(
        pod: TestPod(ready: true, address: "10.244.\(index).9"),
        trials: [
          "process.module": Trial(.answered(engine("run"))), "process.component": Trial(.answered(engine("run"))),
          "process.web": Trial(.answered(engine("serve"))),
          "process.native": Trial(.answered("/usr/bin/busybox sleep 3600")),
          "log.module": Trial(.answered("F hello from embedded swift")),
          "log.component": Trial(.answered("F hello from embedded swift")),
          "pod": Trial(.answered("HTTP/1.1 200 OK hello from embedded swift over http")),
          "service": Trial(.answered("HTTP/1.1 200 OK hello from embedded swift over http")),
        ])
    }
    trials.storage = ["written": Trial(.answered("pi2")), "read": Trial(.answered("pay"))]
    trials.balanced = BalancedService(
      address: IPv4Address("192.168.1.200"), attempts: [answer("balanced", node: 0), answer("balanced", node: 2)])
    trials.rollout = Rollout(old: 20, new: 30, failed: 0)
    return trials
  }

  static func engine(_ verb: String) -> String {
    "/usr/local/lib/hearth/wasmtime-49.0.3/ld.so /.hearth/ld.so --library-path /.hearth /.hearth/wasmtime \(verb) /.hearth/app.cwasm  mapped:/.hearth/wasmtime"
  }

  static func text(_ file: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    return try String(contentsOf: folder.appending(path: "Cases/\(file)"), encoding: .utf8)
  }
}
