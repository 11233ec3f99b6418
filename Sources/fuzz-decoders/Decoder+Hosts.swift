import Preflight

#if DEBUG
  @testable import Bench
  @testable import Bootstrap
  import Diagnostics
  import Inventory
  import JSONStream
  @testable import Metering
  @testable import Provision
  @testable import SSH
  @testable import Smoke
  import Templates
  import Untrusted

  /// What hosts say.
  extension Decoder {
    static let hosts: [Decoder] = [facts, frames, smoke, clusterView, benchmark, samples, meters, results, preamble]

    private static let rack = Rack(
      cluster: Cluster(name: "home", kubernetes: .current),
      nodes: ["10.77.0.11", "192.168.1.14"].enumerated().compactMap { index, address in
        IPv4Address(address).map {
          Node(name: "n\(index + 1)", address: $0, roles: index == 0 ? [.controlPlane, .worker] : [.worker])
        }
      })

    private static let facts = Decoder(name: "facts", files: ["Tests/PreflightTests/Fixtures/*.facts"]) { bytes in
      guard
        let facts = try? FactsProgram.decode(bytes, before: .seconds(1_795_477_700), after: .seconds(1_795_477_701))
      else { return }
      let all = ["n1": facts, "n2": facts]
      let findings = Check.problems(rack: rack, facts: all)
      let text = CheckReport(rack: rack, facts: all, findings: findings).text()
      precondition(NamePattern.serial.accepts(facts.serial) || facts.serial.isEmpty)
      precondition(!text.contains("\u{1B}"))
    }

    private static let frames = Decoder(
      name: "frames",
      seeds: [
        """
        \n@N begin host\n6a0d7a4e-6a1f-4b2b-8f47-0d7a3f1e4444 8123.44\n\n@N end 0 1 2
        \n@N begin stat\n81a4 0:0 root:root 1424 1763941234.123456789 /etc/x\na1ff 0:0 root:root 4 1.0 /a -> /b\n\n@N end 0
        \n@N begin lock\nrun 6a0d7a4e-6a1f-4b2b-8f47-0d7a3f1e4444 12.5 99.1 4711 123 machine anna@laptop\n\n@N end 0
        \n@N begin units\nId=kubelet.service\nNames=kubelet.service\nLoadState=loaded\nActiveState=active
        ActiveEnterTimestampMonotonic=123456789\nNeedDaemonReload=no\n\nId=b.service\nNames=b.service\n\n@N end 0
        \n@N begin packages\nPackage: runc\nStatus: hold ok installed\nVersion: 1.1.5\n\n@N end 0
        \n@N begin clock\n8123.44 1763941234.5\n\n@N end 0\n@N begin users\nroot:x:0:0:root:/root:/bin/sh\n\n@N end 0
        \n@N begin busy\n99.5\nrun boot 1 2 3 4 5 6\n\n@N end 0\n@N begin ended\n@N done ok\n\n@N end 0
        \n@N begin probe 0\nwords\n\n@N end 7\n@N begin 0\n\n@N end 0 1.5 2.5\n@N note words\n@N reason words\n@N done failed
        \n@N begin complete\n\n@N end 0\n
        """
      ]
    ) { bytes in
      var reader = FrameReader(nonce: "N")
      var state = HostState()
      reader.feed(bytes) { item in
        guard case .ended(let frame) = item else { return }
        state.read(frame, probeIDs: ["a", "b"])
        _ = HostLock(line: frame.firstLine)?.error(host: "n", uptimeSeconds: state.uptimeSeconds).message
      }
      _ = state.lock?.error(host: "n", uptimeSeconds: state.uptimeSeconds).message
      _ = Manifest(bytes.text)
      _ = LineDiff(from: bytes.text, to: String(bytes.text.reversed().prefix(1000)))
    }

    private static let smoke = Decoder(
      name: "smoke",
      seeds: [
        """
        === clock\n1788220800\n=== booted\n1788220000\n=== units\nId=kubelet.service\nLoadState=loaded\nActiveState=active
        SubState=running\nNRestarts=3\n\nId=b.service\nNRestarts=0\n=== api status\n0\n=== api\n[+]ping ok\n[-]etcd failed
        === etcd status\n0\n=== etcd\n{"health":"true","reason":""}\n=== slow-writes\n12\n=== endpoint\n2: eth0 inet 10.0.0.1/24
        === images\nregistry/smoke:1 sha256:00\n=== wasm\nbackend=wrapper\nversion=36\nresult=passed\nmodule=ok
        === watch\nold=1 new=2 failed=0\nfirst=x\n=== version status\n0\n=== nodes status\n0\n=== deployments status\n0
        === daemonsets status\n0\n=== version\n{"gitVersion":"v1.36.3"}\n=== nodes\n{"items":[{"metadata":{"name":"n1"},
        "spec":{"podCIDR":"10.244.0.0/24"},"status":{"nodeInfo":{"kubeletVersion":"v1","kernelVersion":"6","osImage":"d",
        "containerRuntimeVersion":"containerd://1","architecture":"arm64"},"conditions":[{"type":"Ready","status":"True",
        "lastTransitionTime":"2026-11-30T19:40:06Z"}]}}]}
        === deployments\n{"items":[{"metadata":{"name":"d"},"spec":{"replicas":2},"status":{"readyReplicas":1}}]}
        === daemonsets\n{"items":[]}
        === leases\n{"items":[{"metadata":{"name":"n1"},"spec":{"renewTime":"2026-11-30T19:40:06.123456Z"}}]}
        === namespaces\n{"items":[{"metadata":{"name":"s","creationTimestamp":"2026-11-30T19:40:06Z"}}]}
        """,
        "hearth-smoke payload=a pod=b node=c peer=[::ffff:10.244.1.8] nonce=d\na\tok\t12\twords\nb\tfailed\t99\tTerminated x\n",
      ]
    ) { bytes in
      let sections = Sections(bytes.text)
      _ = Smoke.HostState(sections)
      if case .success(let state) = ClusterState.parse(sections) {
        _ = state.nodes.map { $0.conditions }
      }
      _ = Rollout(sections, seconds: 1)
      _ = Trial.parse(lines: bytes.text)
      _ = Reply(bytes.text)
      _ = try? LeftoverNamespace.parse(sections["namespaces"] ?? bytes.text, now: 1_788_220_800)
    }

    private static let clusterView = Decoder(
      name: "cluster-view",
      seeds: [
        """
        === status
        127.0.0.1:2379, 8e9e05c52164694d, 3.5.1, 20 kB, true, false, 2, 8, 8,
        === members
        8e9e05c52164694d, started, n1, https://10.77.0.11:2380, https://10.77.0.11:2379, false
        === nodes
        n1\tTrue\t\t10.77.0.11\t0123\t1000\t10.244.0.0/24
        """,
        #"{"name":"n1","cluster":"home","podRanges":{"n1":"10.244.0.0/24"}}"#,
        "survived 1788220800 4711\n", "n1 True 2026-11-30T19:40:06Z\n",
        "containerd:\n  Installed: 1.6.20\n  Candidate: 1.6.25\n",
        "apiserver_requested_deprecated_apis{group=\"batch\",version=\"v1beta1\",resource=\"cronjobs\"} 1\n",
      ], files: ["Tests/BootstrapTests/Golden/*.yaml"]
    ) { bytes in
      _ = EtcdMember.list(json: bytes)
      _ = NodeRecord(bytes.text)
      _ = Survivor.Report(host: "n", output: bytes.text)?.text
      _ = NodeState.all(in: bytes)
      _ = PackageOffers(host: "n", output: bytes.text)
      _ = RemovedAPI.requested(metrics: bytes.text)
      _ = try? JSONValue(json: bytes)
      _ = Bootstrap.Quantity(bytes.text)
    }

    private static let benchmark = Decoder(
      name: "benchmark",
      seeds: [
        """
        @section files
        |600 root:root /etc/systemd/system/kubelet.service
        |700 etcd:etcd /var/lib/etcd
        @section process kubelet
        |/usr/local/bin/kubelet
        |--config=/var/lib/kubelet/config.yaml
        @section kubelet
        |authentication: {anonymous: {enabled: false}}
        |podPidsLimit: 4096
        @section audit
        |rules: [{level: Metadata, resources: [{group: "", resources: [secrets]}]}]
        @section authorities
        |aa
        """
      ]
    ) { bytes in
      let hosts = [true, false].map { BenchmarkHost(name: "n1", isControlPlane: $0, text: bytes.text) }
      let results = CISBenchmark.results(BenchmarkFacts(rack: rack, hosts: hosts, objects: [:]))
      precondition(results.count == 131)
    }

    private static let samples = Decoder(
      name: "samples",
      seeds: [
        """
        === time 1700000000 100 boot
        === requests
        shop web-1 web 250m 64Mi
        shop web-2 web 2 1Gi
        === node n1
        container_cpu_usage_seconds_total{container="web",namespace="shop",pod="web-1"} 12.5 1700000000000
        container_memory_working_set_bytes{container="web",namespace="shop",pod="web-1"} 6.4e+07
        === meter plug
        {"apower": 5.2, "aenergy": {"total": 1000.5}}
        === meter chip
          EXT5V_A current(0)=1.5A
          EXT5V_V volt(1)=5.1V
        """
      ]
    ) { bytes in
      let meters = [
        MeterDeclaration(name: "plug", kind: .shelly2, covers: ["all"]),
        MeterDeclaration(name: "chip", kind: .pmic, covers: ["n1"]),
      ]
      guard let sample = try? SampleText.parse(bytes.text, meters: meters, host: "n1") else { return }
      for request in sample.usage.map({ Array($0.requests.values) }) ?? [] {
        precondition((0...1_000_000).contains(request.milliCPU))
      }
      _ = sample.time.seconds(since: SampleTime(unix: 0, uptime: 0, boot: "boot"))
    }

    private static let meters = Decoder(
      name: "meters",
      seeds: [
        #"{"apower": 5.2, "aenergy": {"total": 1000.5}, "errors": []}"#,
        #"{"meters": [{"power": 5.2, "is_valid": true, "total": 1000}]}"#,
        #"{"StatusSNS": {"ENERGY": {"Power": [5.2, 3], "Total": [1.5, 2]}}}"#, #"{"sensors": [{"power": 1e3}]}"#,
      ]
    ) { bytes in
      guard let value = try? JSONValue(bytes) else { return }
      let field = JSONField(value, document: "meter")
      for kind in MeterDeclaration.Kind.allCases where kind != .pmic {
        let meter = MeterDeclaration(name: "m", kind: kind, path: "sensors.0.power", covers: ["all"])
        guard let first = try? MeterReading.read(field, of: meter).believed() else { continue }
        var (trust, doubt) = (CounterTrust(), MeterDoubt?.none)
        _ = MeterInterval(
          from: first, to: first, seconds: 300, longest: 1200, trust: &trust, doubt: &doubt)
      }
      _ = try? PowerChip.power(bytes.text, host: "n")
    }

    private static let results = Decoder(
      name: "bench-results", seeds: ["byte\tmodule\t123456\nbyte\tmodule\t99\nwhole\tstatic\t1048576\nerror\tx\ty\n"]
    ) { bytes in
      let report = RuntimeReport(RuntimeResults(node: "n", output: bytes.text))
      _ = report.lines
      _ = try? report.html()
    }

    private static let preamble = Decoder(
      name: "preamble", seeds: ["Last login: today\nN-prompt:\nSorry\nN\nout", "N\nout\nN\n"]
    ) { bytes in
      var dialog = PrivilegeDialog(RootCommand("true", as: .password(Secret("p")), nonce: "N"))
      var (first, second) = (0, 0)
      for chunk in stride(from: 0, to: bytes.count, by: 7) {
        let part = Array(bytes[chunk..<min(bytes.count, chunk + 7)])
        first += (try? dialog.hear(standardError: part).own.count) ?? 0
        second += (try? dialog.filter(standardOutput: part).count) ?? 0
      }
      precondition(first <= bytes.count && second <= bytes.count)
    }
  }
#else
  extension Decoder { static let hosts: [Decoder] = [] }
#endif
