import Foundation
import Inventory
import PKI
import Provision
import Templates
import Testing

@testable import Bootstrap

/// What the benchmark says of the files and units that hearth writes; a living rack is judged end to end elsewhere.
struct BenchmarkTests {
  /// As `templates/benchmark/facts.sh` prints it on a host that holds just what hearth gives it.
  private static func text(_ resources: [Resource], _ credentials: [HostCredential]) -> String {
    var files: [String] = []
    var contents: [String: String] = [:]
    for case .file(let file) in resources {
      files.append("\(String(file.mode, radix: 8)) \(file.owner) \(file.path)")
      contents[file.path] = String(decoding: file.content, as: UTF8.self)
    }
    for case .directory(let directory) in resources {
      files.append("\(String(directory.mode, radix: 8)) \(directory.owner) \(directory.path)")
    }
    files += credentials.map { "600 \($0.owner) \($0.path)" }
    var sections = [("files", files)]
    for unit in ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "hearth-etcd", "kubelet", "kube-proxy"]
    {
      guard let text = contents["/etc/systemd/system/\(unit).service"]?.replacing("\\\n", with: " ") else { continue }
      let line = text.split(separator: "\n").first { $0.hasPrefix("ExecStart=") }
      sections.append(("process \(unit)", line?.split(separator: " ").map(String.init) ?? []))
    }
    for (section, path) in [
      ("kubelet", "/var/lib/kubelet/config.yaml"), ("kube-proxy", "/var/lib/kube-proxy/config.yaml"),
      ("audit", "/etc/kubernetes/audit-policy.yaml"), ("admission", "/etc/kubernetes/admission.json"),
    ] {
      sections.append((section, (contents[path] ?? "").components(separatedBy: "\n")))
    }
    sections += [
      ("cni", [#""type":"bridge""#, #""type":"host-local""#]), ("encryption", ["secretbox", "identity"]),
      ("authorities", ["a", "b"]), ("renewal", ["active"]),
    ]
    return sections.map { "@section \($0)\n" + $1.map { "|\($0)\n" }.joined() }.joined()
  }

  private static func facts(_ sample: SampleRack, edit: (String) -> String = { $0 }) throws -> BenchmarkFacts {
    let authority = try Authority.create(cluster: "judged")
    let bootstrap = try sample.bootstrap()
    let phases = try bootstrap.phases(authority: authority, software: sample.software)
    let hosts = try sample.rack.nodes.map { node in
      let host = try bootstrap.host(node, authority, sample.software)
      let resources = phases.flatMap { $0.resources[node.name] ?? [] }
      return BenchmarkHost(
        name: node.name, isControlPlane: host.isControlPlane, text: edit(text(resources, host.credentials)))
    }
    var objects: [String: [JSONValue]] = [:]
    for object in try sample.objects(authority).accessDocuments() {
      objects[(object["kind"].string ?? "").lowercased() + "s", default: []].append(object)
    }
    objects["namespaces", default: []].append(.object(["metadata": .object(["name": .string("default")])]))
    return BenchmarkFacts(rack: sample.rack, hosts: hosts, objects: objects)
  }

  @Test func allItemsAreThereOnce() {
    let counts = ["1.1": 21, "1.2": 30, "1.3": 7, "1.4": 2, "2": 7, "3": 5, "4.1": 10, "4.2": 14, "4.3": 1, "5": 34]
    let ids = CISBenchmark.items.map(\.id)
    #expect(ids.count == 131 && Set(ids).count == 131)
    for (section, count) in counts { #expect(ids.count { $0.hasPrefix(section + ".") } == count, "\(section)") }
    #expect(ids == ids.sorted { $0.compare($1, options: .numeric) == .orderedAscending })
  }

  /// What does not pass, with the newest releases and with v1.20.
  static let exceptions: [(SampleRack, [String])] = [
    (
      .boardsNew,
      ["1.2.11", "3.1.1", "5.2.6", "5.2.7", "5.2.8", "5.2.10", "5.3.1", "5.3.2", "5.4.2", "5.5.1", "5.6.1"]
    ),
    (
      .virtualOld,
      ["1.2.3", "1.2.11", "3.1.1", "4.2.14"] + (1...12).map { "5.2.\($0)" }
        + ["5.3.1", "5.3.2", "5.4.2", "5.5.1", "5.6.1"]
    ),
  ]

  @Test(arguments: exceptions) func whatHearthWritesPasses(_ exception: (sample: SampleRack, ids: [String])) throws {
    let results = CISBenchmark.results(try Self.facts(exception.sample))
    #expect(results.filter { $0.verdict != "passed" }.map(\.id) == exception.ids)
    #expect(results.allSatisfy { !$0.reason.isEmpty && !$0.title.isEmpty })
  }

  @Test("a host that says nothing passes no item about hosts")
  func silence() throws {
    let results = CISBenchmark.results(try Self.facts(.boardsNew) { _ in "" })
    let passed = results.filter { $0.verdict == "passed" && !$0.id.hasPrefix("5.") && $0.id != "3.1.2" }.map(\.id)
    #expect(passed == [])
  }

  /// A change on every host, and the items that no longer pass.
  static let faults: [(from: String, to: String, ids: [String])] = [
    (
      "|600 root:root /etc/systemd/system/kubelet.service", "|644 root:root /etc/systemd/system/kubelet.service",
      ["4.1.1"]
    ),
    ("|600 root:root /etc/kubernetes/admin.conf", "|600 me:root /etc/kubernetes/admin.conf", ["1.1.14"]),
    ("--anonymous-auth=false", "--anonymous-auth=true", ["1.2.1"]),
    ("--authorization-mode=Node,RBAC", "--authorization-mode=RBAC", ["1.2.7"]),
    ("--audit-log-maxbackup=10", "--audit-log-maxbackup=9", ["1.2.18"]),
    (",EventRateLimit", "", ["1.2.9"]),
    ("GCM_SHA256,TLS", "CBC_SHA,TLS", ["1.2.29"]),
    ("|secretbox", "|identity", ["1.2.28"]),
    ("--terminated-pod-gc-threshold=500", "--terminated-pod-gc-threshold=0", ["1.3.1"]),
    ("--client-cert-auth=true", "--client-cert-auth=false", ["2.2"]),
    ("|b\n", "|a\n", ["2.7"]),
    ("resources: [secrets, ", "resources: [", ["3.2.2"]),
    (#""podPidsLimit": 4096"#, #""podPidsLimit": -1"#, ["4.2.13"]),
    (#""seccompDefault": true"#, #""seccompDefault": false"#, ["4.2.14"]),
    ("|active", "|inactive", ["4.2.10", "4.2.11"]),
    ("127.0.0.1:10249", "0.0.0.0:10249", ["4.3.1"]),
    (
      #""enforce": "baseline""#, #""enforce": "privileged""#,
      ["5.2.1", "5.2.2", "5.2.3", "5.2.4", "5.2.5", "5.2.9", "5.2.11", "5.2.12"]
    ),
    ("|700 root:root /run/hearth/leases", "|755 root:root /run/hearth/leases", ["1.1.9"]),
  ]

  @Test(arguments: faults)
  func aFaultIsFoundByItsItem(_ fault: (from: String, to: String, ids: [String])) throws {
    func failed(_ edit: (String) -> String) throws -> [String] {
      CISBenchmark.results(try Self.facts(.boardsNew, edit: edit)).filter { $0.verdict != "passed" }.map(\.id)
    }
    let before = try failed { $0 }
    #expect(try failed { $0.replacing(fault.from, with: fault.to) }.filter { !before.contains($0) } == fault.ids)
  }

  @Test(
    "a host's configuration is read at a bounded cost, or not at all",
    arguments: [
      (0..<9).map {
        "x\($0): &x\($0) [\(Array(repeating: $0 == 0 ? "y" : "*x\($0 - 1)", count: 10).joined(separator: ", "))]"
      },
      [String(repeating: "[", count: 100_000)], ["? [a]", ": b"], ["podPidsLimit: 4096", "---", "podPidsLimit: 5"],
      ["podPidsLimit: 4096", "podPidsLimit: 4096"], ["? &a {b: c}", ": d"],
    ])
  func hostileConfiguration(_ lines: [String]) {
    let text = "@section kubelet\n" + lines.map { "|\($0)\n" }.joined()
    #expect(BenchmarkHost(name: "n", isControlPlane: false, text: text).kubelet == .null)
  }

  @Test("what is on its way out is not judged", arguments: [true, false])
  func leavingNamespace(isLeaving: Bool) throws {
    var facts = try Self.facts(.boardsNew)
    var metadata: [String: JSONValue] = ["name": "trial"]
    if isLeaving { metadata["deletionTimestamp"] = "2026-12-01T11:40:00Z" }
    facts.objects["namespaces", default: []].append(.object(["metadata": .object(metadata)]))
    facts.objects["serviceaccounts", default: []].append(
      .object(["metadata": .object(["name": "default", "namespace": "trial"])]))
    let results = CISBenchmark.results(facts)
    #expect(results.first { $0.id == "5.1.5" }?.verdict == (isLeaving ? "passed" : "failed"))
    #expect(results.first { $0.id == "5.3.2" }?.reason.contains("trial") == !isLeaving)
  }

  @Test("rights that somebody gives are found")
  func rights() throws {
    var facts = try Self.facts(.boardsNew)
    let given: [(String, String, String, String)] = [
      ("5.1.2", "", "secrets", "list"), ("5.1.4", "", "pods", "create"), ("5.1.3", "*", "x", "get"),
      ("5.1.8", "", "users", "impersonate"), ("5.1.9", "", "persistentvolumes", "create"),
      ("5.1.10", "", "nodes/proxy", "get"), ("5.1.13", "", "serviceaccounts/token", "create"),
      ("5.1.11", "certificates.k8s.io", "certificatesigningrequests/approval", "update"),
      ("5.1.12", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "create"),
    ]
    for (id, group, resource, verb) in given {
      let rule = JSONValue.object([
        "apiGroups": .array([.string(group)]), "resources": .array([.string(resource)]),
        "verbs": .array([.string(verb)]),
      ])
      facts.objects["clusterroles"] = [
        .object(["metadata": .object(["name": .string("wide")]), "rules": .array([rule])])
      ]
      let result = CISBenchmark.results(facts).first { $0.id == id }
      #expect(result?.verdict == "failed" && result?.reason.contains("wide") == true, "\(id)")
    }
    facts.objects["clusterroles"] = []
    let before = CISBenchmark.results(facts).first { $0.id == "5.1.1" }
    #expect(before?.verdict == "passed")
    facts.objects["clusterrolebindings", default: []].append(
      .object([
        "roleRef": .object(["name": .string("cluster-admin")]),
        "subjects": .array([.object(["kind": .string("ServiceAccount"), "name": .string("ci")])]),
      ]))
    let after = CISBenchmark.results(facts).filter { ["5.1.1", "3.1.2"].contains($0.id) }
    #expect(after.allSatisfy { $0.verdict == "failed" && $0.reason.contains("ServiceAccount ci") })
  }
}
