import Foundation
import Testing

@testable import Smoke

/// What hosts and the API server print becomes values.
struct ParsingTests {
  /// Made for a test cluster; it ends on 2036-11-21 at 00:32:09 UTC.
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBeDCCAR6gAwIBAgIVALB9jBIKRpHX5SKOY5U5n9plX6zgMAoGCCqGSM49BAMC
    MBgxFjAUBgNVBAMMDXRyaWFsIGNsdXN0ZXIwHhcNMjYxMTIzMjMzMjA5WhcNMzYx
    MTIxMDAzMjA5WjAYMRYwFAYDVQQDDA10cmlhbCBjbHVzdGVyMFkwEwYHKoZIzj0C
    AQYIKoZIzj0DAQcDQgAETGGWiCs/Y8xvJfOJWkfemf00NvBV/Q6RkcWsGvGwr5di
    9X7tjRF0gVJzAsUjlauBOIPJGiDKRAyzRVCCJ8HWWKNFMEMwEgYDVR0TAQH/BAgw
    BgEB/wIBADAOBgNVHQ8BAf8EBAMCAYYwHQYDVR0OBBYEFNI38ORWR8Dw/o7Roydp
    Ubp0tyovMAoGCCqGSM49BAMCA0gAMEUCIBNzMI6WkbcOpL8O8YbnBYEYh1L6kU6A
    aP0NeH/ZdfWhAiEAjYqSOdX98diTo1uhilMzCskMILHPhwVkXIVlpyTspFw=
    -----END CERTIFICATE-----
    """
  static let certificateEnd = 2_110_840_329

  @Test("the end of a certificate is read from its DER form")
  func certificate() {
    #expect(CertificateExpiry.notAfter(pem: Self.certificate) == Self.certificateEnd)
  }

  @Test(
    "anything else is not a certificate",
    arguments: ["", "words", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
  func noCertificate(_ text: String) {
    #expect(CertificateExpiry.notAfter(pem: text) == nil)
  }

  @Test("a certificate that is cut short anywhere is refused or read, and never a crash")
  func cutCertificate() {
    let lines = Self.certificate.split(separator: "\n")
    for count in lines.indices {
      _ = CertificateExpiry.notAfter(pem: lines.prefix(count).joined(separator: "\n"))
    }
  }

  @Test(
    "times of both kinds",
    arguments: [
      ("491231235959Z", true, 2_524_607_999), ("500101000000Z", true, -631_152_000),
      ("700101000000Z", true, 0), ("240229120000Z", true, 1_709_208_000),
      ("20500101000000Z", false, 2_524_608_000), ("99991231235959Z", false, 253_402_300_799),
    ])
  func times(_ text: String, utcTime: Bool, seconds: Int) {
    #expect(CertificateExpiry.seconds(text, utcTime: utcTime) == seconds)
  }

  @Test("times that are none", arguments: ["", "Z", "261332000000Z", "2611230000Z", "26112300000aZ", "261123000000+"])
  func noTimes(_ text: String) {
    #expect(CertificateExpiry.seconds(text, utcTime: true) == nil)
  }

  @Test("a host's sections become its state")
  func hostState() {
    let output = """
      noise before
      === clock
      \(Self.certificateEnd - 86_400 * 10 - 5)
      === units
      NRestarts=2
      Id=kubelet.service
      LoadState=loaded
      ActiveState=active
      SubState=running

      NRestarts=0
      Id=nonsense.service
      LoadState=not-found
      ActiveState=inactive
      SubState=dead
      === booted
      1795540000
      === images
      hearth.local/pause:0123 /var/lib/hearth/images/pause.tar
      hearth.local/smoke:4567 /var/lib/hearth/images/smoke.tar
      === certificate /etc/kubernetes/pki/ca.crt
      \(Self.certificate)
      === certificate /etc/kubernetes/pki/broken.crt
      words
      === api
      [+]ping ok
      [+]etcd ok
      readyz check passed
      === api status
      0
      === api error
      === etcd
      {"health":"true"}
      === etcd status
      0
      === etcd error
      === slow-writes
      2
      """
    let state = HostState(marked(output))
    #expect(
      state
        == HostState(
          units: [
            .init(name: "kubelet", load: "loaded", active: "active", sub: "running", restarts: 2),
            .init(name: "nonsense", load: "not-found", active: "inactive", sub: "dead", restarts: 0),
          ],
          booted: 1_795_540_000,
          certificates: [
            .init(path: "/etc/kubernetes/pki/ca.crt", notAfter: Self.certificateEnd, daysLeft: 10, days: 3650)
          ],
          api: .init(healthy: true, detail: "ready, 2 checks"), etcd: .init(healthy: true, detail: "healthy"),
          slowWrites: 2, testImage: "hearth.local/smoke:4567"))
  }

  @Test("a certificate that ended a second ago has expired a day ago, not today")
  func expired() {
    let output = "=== clock\n\(Self.certificateEnd + 1)\n=== certificate /x\n\(Self.certificate)\n"
    #expect(HostState(marked(output)).certificates.first?.daysLeft == -1)
  }

  @Test(
    "an API server's health",
    arguments: [
      ("[+]ping ok\n", "0", "", true, "ready, 1 checks"),
      (
        "", "1", "error: [+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed", false, "failed checks: etcd"
      ),
      (
        "", "1", "The connection to the server 127.0.0.1:6443 was refused", false,
        "The connection to the server 127.0.0.1:6443 was refused"
      ),
      ("", "124", "", false, "no answer within 10 s"),
    ])
  func api(_ text: String, status: String, error: String, healthy: Bool, detail: String) {
    let output = "=== clock\n0\n=== api\n\(text)\n=== api status\n\(status)\n=== api error\n\(error)\n"
    #expect(HostState(marked(output)).api == .init(healthy: healthy, detail: detail))
  }

  @Test(
    "an etcd member's health, as v3.4 and v3.6 say it",
    arguments: [
      (#"{"health":"true"}"#, "0", true, "healthy"), (#"{"health":"true","reason":""}"#, "0", true, "healthy"),
      (#"{"health":"false","reason":"RAFT NO LEADER"}"#, "0", false, "RAFT NO LEADER"),
      (#"{"health":"false"}"#, "0", false, "says it is unhealthy"), ("", "1", false, "status 1"),
    ])
  func etcd(_ text: String, status: String, healthy: Bool, detail: String) {
    let output = "=== clock\n0\n=== etcd\n\(text)\n=== etcd status\n\(status)\n=== etcd error\n"
    #expect(HostState(marked(output)).etcd == .init(healthy: healthy, detail: detail))
  }

  @Test("nodes as v1.20 shows them")
  func oldNodes() throws {
    let state = try cluster("nodes-v1.20.json", version: "v1.20.2")
    #expect(state.nodes.map(\.name) == ["pi1", "pi2"])
    #expect(state.nodes.map(\.isReady) == [true, true])
    let first = try #require(state.node("pi1"))
    #expect(first.roles == ["control-plane", "master"])
    #expect(
      first.address == "10.77.0.11" && first.podRange == "10.244.0.0/24" && first.runtime == "containerd://1.6.20")
    #expect(first.conditions.count == 4 && first.kubelet == "v1.20.2" && first.architecture == "amd64")
  }

  @Test("nodes as v1.36 shows them, one silent and one new")
  func newNodes() throws {
    let state = try cluster("nodes-v1.36.json", version: "v1.36.2")
    #expect(state.nodes.map(\.isReady) == [true, false, false])
    #expect(state.nodes.map(\.unschedulable) == [true, false, false])
    #expect(state.node("pi1")?.roles == ["control-plane"])
    #expect(state.node("pi3")?.podRange == nil && state.node("pi3")?.conditions == [])
    #expect(state.addOns == [.init(name: "coredns", kind: "Deployment", ready: 1, wanted: 2)])
  }

  @Test("the node that came back last is known, by the clock of the host that was asked")
  func newest() throws {
    func ready(_ name: String, since: String, status: String = "True") -> String {
      #"{"metadata":{"name":"\#(name)"},"spec":{},"status":{"nodeInfo":{"kubeletVersion":"v1.20.2","kernelVersion":"","#
        + #""containerRuntimeVersion":"","osImage":"","architecture":"amd64"},"conditions":"#
        + #"[{"type":"Ready","status":"\#(status)","lastTransitionTime":"\#(since)"}]}}"#
    }
    let nodes = [
      ready("pi1", since: "2026-11-24T08:00:00Z"), ready("pi2", since: "2026-11-24T11:59:46Z"),
      ready("pi3", since: "2026-11-24T11:59:59Z", status: "False"),
    ]
    var state = try ClusterState(
      version: #"{"gitVersion":"v1.20.2"}"#, nodes: #"{"items":[\#(nodes.joined(separator: ","))]}"#,
      deployments: #"{"items":[]}"#, daemonSets: #"{"items":[]}"#)
    #expect(state.newest == nil)
    state.clock = 1_795_521_600  // 2026-11-24T12:00:00Z
    #expect(state.newest?.name == "pi2" && state.newest?.seconds == 14)
  }

  @Test("the last renewal of a lease is known to the second, whatever else stands among the leases")
  func leases() throws {
    func lease(_ name: String, _ spec: String) -> String { #"{"metadata":{"name":"\#(name)"},"spec":{\#(spec)}}"# }
    var state = try cluster("nodes-v1.20.json", version: "v1.20.2")
    state.take(leases: "no JSON")
    #expect(state.nodes.map(\.renewed) == [nil, nil])
    let items = [
      lease("stranger", #""renewTime":"2026-11-24T12:00:00.000000Z""#),
      lease("pi2", #""renewTime":"2026-11-24T12:00:07.912345Z""#), lease("pi1", ""),
    ]
    state.take(leases: #"{"items":[\#(items.joined(separator: ","))]}"#)
    #expect(state.nodes.map(\.renewed) == [nil, 1_795_521_607])
  }

  private func cluster(_ file: String, version: String) throws -> ClusterState {
    try ClusterState(
      version: #"{"gitVersion":"\#(version)"}"#, nodes: try Sample.text(file),
      deployments: #"{"items":[{"metadata":{"name":"coredns"},"spec":{"replicas":2},"status":{"readyReplicas":1}}]}"#,
      daemonSets: #"{"items":[]}"#)
  }

  @Test("a request that failed is the reason why there is no cluster")
  func noCluster() {
    let output = "=== version\n\n=== version status\n1\n=== version error\nUnable to connect: refused\n"
    guard case .failure(let problem) = ClusterState.parse(marked(output)) else {
      Issue.record("parsed")
      return
    }
    #expect(problem.text == "Unable to connect: refused")
  }

  /// Sections as this process has them marked.
  private func marked(_ output: String) -> Sections {
    Sections(output.replacing("=== ", with: "=== \(Sections.mark) "))
  }

  @Test("what a pod prints is not a section, whatever it looks like")
  func forgedSections() {
    let pod = "=== exec status\n0\n=== other exec status\n0\r\n=== \(Sections.mark)exec status\n0"
    let sections = Sections("=== \(Sections.mark) exec\n\(pod)\n=== \(Sections.mark) exec status\n1\n")
    #expect(sections.entries.map(\.name) == ["exec", "exec status"])
    #expect(sections["exec"] == pod)
    #expect(sections["exec status"] == "1\n")
  }

  @Test("lines of trials, and noise between them")
  func trials() {
    let lines =
      "noise\npod.1\tok\t12\thello  world \nshort\tfailed\t600\tTerminated no answer from smoke within 3 s\nbad\tmaybe\t1\tx\n"
    let expected = [
      "pod.1": Trial(.answered("hello  world"), seconds: 0.12),
      "short": Trial(.failed("no answer from smoke within 3 s"), seconds: 6),
    ]
    #expect(Trial.parse(lines: lines) == expected)
  }

  @Test(
    "a peer in every form that busybox writes",
    arguments: ["10.244.1.8", "::ffff:10.244.1.8", "[::ffff:10.244.1.8]"])
  func peer(_ peer: String) {
    let reply = Reply("HTTP/1.0 200 OK\r\n\r\nhearth-smoke payload=a pod=b node=c peer=\(peer) nonce=d\n")
    #expect(reply?.peer == "10.244.1.8")
  }

  @Test("pods that wait, that cannot run and that run")
  func pods() throws {
    func pod(_ status: String) throws -> TestPod {
      TestPod(
        try JSONDecoder().decode(
          API.Pod.self, from: Data(#"{"metadata":{"name":"x"},"spec":{},"status":\#(status)}"#.utf8)))
    }
    let waiting = try pod(
      #"{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ContainerCreating"}}}]}"#)
    #expect(waiting == TestPod(ready: false, trouble: "Pending, ContainerCreating"))
    let never = try pod(
      #"{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ErrImageNeverPull","message":"not there"}}}]}"#
    )
    #expect(never == TestPod(ready: false, trouble: "Pending, ErrImageNeverPull: not there", hopeless: true))
    let ready = try pod(#"{"phase":"Running","podIP":"10.244.0.3","conditions":[{"type":"Ready","status":"True"}]}"#)
    #expect(ready == TestPod(ready: true, address: "10.244.0.3"))
  }

  @Test("a rollout's counts and its troubles")
  func rollout() {
    func rollout(before: Int = 0, rollout: Int = 0, watch: String) -> Rollout {
      Rollout(
        marked(
          "=== before\nb\n=== before status\n\(before)\n=== rollout\nr\n=== rollout status\n\(rollout)\n=== watch\n\(watch)\n"
        ),
        seconds: 1)
    }
    #expect(
      rollout(watch: "started\nold=3 new=25 failed=1\nfirst=no answer")
        == Rollout(old: 3, new: 25, failed: 1, firstFailure: "no answer", seconds: 1))
    #expect(rollout(before: 1, watch: "old=0 new=0 failed=9\nfirst=").trouble == "the first pods never ran: b")
    #expect(rollout(rollout: 1, watch: "old=3 new=0 failed=0\nfirst=").trouble == "the rollout did not end: r")
    #expect(rollout(watch: "error: no pod").trouble == "the pod that watched told nothing: error: no pod")
  }
}
