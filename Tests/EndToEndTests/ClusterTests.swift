import Foundation
import TestSupport
import Testing

/// The whole way on real hosts with a real Kubernetes: from bare Debian to a cluster that serves, and what a person does
/// with it afterwards. Every test leaves the rack as it found it.
@Suite(.serialized, .onSharedRack, .enabled(if: EndToEnd.isPossible, EndToEnd.comment))
struct ClusterTests {
  let rack: SharedRack
  var hearth: HearthProgram { rack.hearth }

  init() throws { rack = try SharedRack.required() }

  private func summary(_ result: HearthProgram.Result) throws -> EventLine.Summary {
    try #require(try result.lines(EventLine.self).last?.summary, "no summary: \(result.output) \(result.errors)")
  }

  @Test("an up that was killed three times goes on to a cluster that passes every smoke test")
  func firstUp() throws {
    let (steps, status) = try #require(rack.killed.first)
    #expect(status == 137, "the kill after \(steps) steps came too late")
    #expect(rack.killed.allSatisfy { [0, 137].contains($0.status) }, "\(rack.killed)")
    let lines = try rack.first.lines(EventLine.self)
    let failures = lines.compactMap { $0.error?.message }
    #expect(rack.first.status == 0 && failures.isEmpty, "\(failures) \(rack.first.errors)")
    let summary = try summary(rack.first)
    #expect(summary.result == "done" && summary.command == "up")
    #expect(summary.phases.contains { $0.name == "smoke" && $0.seconds > 0 })
    #expect(Set(summary.hosts.keys) == ["pi1", "pi2", "pi3", "pi4"])
  }

  @Test("up again changes nothing, with at most two commands on each host")
  func secondUp() throws {
    // After changes that were not tested, the first up tests.
    _ = try hearth.run("up", "--yes", "--output", "json")
    let result = try hearth.run("up", "--yes", "--output", "json")
    let summary = try summary(result)
    #expect(result.status == 0 && summary.result == "done" && summary.changed == 0)
    for (host, report) in summary.hosts { #expect(report.execs <= 2, "\(host): \(report.execs) commands") }
  }

  @Test("smoke names every condition for every node it holds for, and leaves nothing behind")
  func smoke() throws {
    let result = try hearth.run("smoke", "--output", "json")
    let met = try result.lines(EventLine.self).filter { $0.event == "condition" && $0.state == "passed" }
    #expect(result.status == 0, "\(result.output)")
    let perNode = [
      "node-ready", "pod-range", "components-running", "certificates-valid", "pod-runs", "pod-to-pod",
      "service-from-pod", "service-hairpin", "service-from-host", "node-port", "cluster-names", "logs", "exec",
      "port-forward", "service-account",
    ]
    for name in perNode {
      #expect(Set(met.filter { $0.name == name }.compactMap(\.host)) == ["pi1", "pi2", "pi3", "pi4"], "\(name)")
    }
    for name in ["api-ready", "etcd-healthy", "dns-ready", "rolling-update"] {
      #expect(met.contains { $0.name == name }, "\(name)")
    }
    // The namespace goes in the background; once it is marked for that, nothing can keep it.
    let namespaces = try rack.kubectl(
      "get", "namespaces", "-o", "jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}")
    #expect(!namespaces.split(separator: " ").contains { $0.hasPrefix("hearth-smoke") && $0.hasSuffix("=Active") })
  }

  @Test("what was changed by hand is shown by plan, field by field, and put right by up")
  func drift() throws {
    try rack.inside("pi2", "sysctl", "-qw", "net.ipv4.ip_forward=0")
    try rack.inside("pi2", "rm", "/etc/cni/net.d/10-hearth.conflist")
    try rack.inside("pi3", "systemctl", "-q", "disable", "--now", "kube-proxy")
    try rack.inside("pi4", "sh", "-c", "echo '# by hand' >> /var/lib/kubelet/config.yaml")
    // Routes are put back at once by the host itself, so this is not drift.
    try rack.inside("pi4", "ip", "route", "flush", "proto", "72")
    let plan = try hearth.run("plan", "--output", "json")
    // Whether the node without its network is still Ready by now is a matter of seconds.
    let changes = try plan.document(PlanDocument.self).changes
      .mapValues { $0.filter { !$0.hasPrefix("condition ") } }.filter { !$0.value.isEmpty }
    #expect(changes["pi1"] == nil)
    #expect(changes["pi2"] == ["sysctl net.ipv4.ip_forward", "file /etc/cni/net.d/10-hearth.conflist"])
    #expect(changes["pi3"] == ["unit kube-proxy.service"])
    #expect(changes["pi4"] == ["file /var/lib/kubelet/config.yaml", "unit kubelet.service"])

    let up = try hearth.run("up", "--yes", "--output", "json")
    #expect(up.status == 0, "\(up.output)")
    #expect(try rack.inside("pi2", "sysctl", "-n", "net.ipv4.ip_forward") == "1")
    #expect(try rack.inside("pi3", "systemctl", "is-active", "kube-proxy") == "active")
    try hearth.expectNothingLeft()
  }

  @Test("a saved plan is applied only while it is still what would happen")
  func savedPlan() throws {
    try rack.inside("pi2", "sysctl", "-qw", "vm.overcommit_memory=0")
    let file = try rack.folder.write("plan.json", try hearth.run("plan", "--output", "json").output)
    try rack.inside("pi3", "sysctl", "-qw", "vm.overcommit_memory=0")
    let stale = try hearth.run("up", file, "--output", "json")
    #expect(stale.status == 3, "\(stale.output)")
    #expect(try summary(stale).changed == 0)
    try rack.inside("pi3", "sysctl", "-qw", "vm.overcommit_memory=1")
    let fresh = try hearth.run("up", file, "--output", "json", "--skip-smoke")
    #expect(fresh.status == 0, "\(fresh.output)")
    #expect(try summary(fresh).changed == 1)
  }

  @Test("a host without power is named; the others are done, and the next run does the rest")
  func deadHost() throws {
    #expect(try hearth.run("lab", "kill", "--name", rack.lab, "pi4").failure == nil)
    try rack.inside("pi2", "sysctl", "-qw", "vm.overcommit_memory=0")
    let partly = try hearth.run("up", "--yes", "--output", "json")
    let report = try summary(partly)
    #expect(partly.status == 4 && report.result == "partly")
    #expect(report.hosts["pi4"]?.failures.isEmpty == false)
    #expect(report.hosts["pi2"]?.changed == 1 && report.hosts["pi2"]?.failures.isEmpty == true)

    let status = try hearth.run("status", "--output", "json")
    let document = try status.document(StatusDocument.self)
    #expect(status.status == 1 && document.hosts.first { $0.name == "pi4" }?.unreachable != nil)

    #expect(try hearth.run("lab", "start", "--name", rack.lab, "pi4").failure == nil)
    let up = try hearth.run("up", "--yes", "--output", "json")
    #expect(up.status == 0, "\(up.output)")
    let smoke = try hearth.run("smoke", "--output", "json")
    #expect(smoke.status == 0, "\(smoke.output)")
  }

  @Test("the cluster is closed: no anonymous access, secrets encrypted in etcd, private keys for root alone")
  func security() throws {
    let anonymous = try rack.inside(
      "pi2", "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "https://10.77.0.11:6443/api/v1/nodes")
    #expect(anonymous == "401")
    let kubelet = try rack.inside(
      "pi2", "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "https://10.77.0.13:10250/pods")
    #expect(kubelet == "401")
    let withoutCertificate = try rack.inside(
      "pi2", "sh", "-c", "curl -sk https://10.77.0.11:2379/health || echo refused")
    #expect(withoutCertificate.contains("refused"))

    // What is not a secret can be read in etcd's files, so a secret that cannot is encrypted.
    let (secret, known) = (UUID().uuidString, UUID().uuidString)
    _ = try rack.kubectl("create", "secret", "generic", "shelf", "--from-literal=word=\(secret)")
    _ = try rack.kubectl("create", "configmap", "shelf", "--from-literal=word=\(known)")
    defer { _ = try? rack.kubectl("delete", "secret/shelf", "configmap/shelf") }
    func isStored(_ word: String) throws -> Bool {
      try rack.inside("pi1", "sh", "-c", "grep -rqaF \(word) /var/lib/etcd && echo yes || echo no") == "yes"
    }
    #expect(try isStored(known))
    #expect(try !isStored(secret))
    #expect(try !isStored(Data(secret.utf8).base64EncodedString()))

    for host in ["pi1", "pi2"] {
      let open = try rack.inside(
        host, "sh", "-c",
        "grep -rlE 'PRIVATE KEY|client-key-data' /etc/kubernetes /etc/etcd /etc/hearth /var/lib/hearth /var/lib/kubelet | xargs -r stat -c '%a %U %n' | grep -vE '^[64]00 (root|etcd) ' || true"
      )
      #expect(open.isEmpty, "\(open)")
    }
  }

  @Test("a kubelet may change its own node and no other")
  func nodeRestriction() throws {
    func label(_ node: String) throws -> String {
      try rack.inside(
        "pi1", "sh", "-c",
        "kubectl --kubeconfig=/etc/kubernetes/kubelet.conf label --overwrite node \(node) shelf=top 2>&1 || true")
    }
    #expect(try label("pi1").contains("labeled"))
    let attempt = try label("pi3")
    #expect(attempt.contains("Forbidden") || attempt.contains("forbidden"), "\(attempt)")
    _ = try rack.kubectl("label", "node", "pi1", "shelf-")
  }

  @Test("kubeconfig keeps the contexts of other clusters and reaches the rack")
  func kubeconfig() throws {
    let file = rack.folder.file("merged")
    try Data(
      """
      apiVersion: v1
      kind: Config
      current-context: other
      clusters: [{name: other, cluster: {server: "https://192.0.2.1:6443"}}]
      contexts: [{name: other, context: {cluster: other, user: other}}]
      users: [{name: other, user: {token: abc}}]
      """.utf8
    ).write(to: URL(fileURLWithPath: file))
    let other = HearthProgram(folder: rack.folder, environment: hearth.environment + ["KUBECONFIG=\(file)"])
    #expect(try other.run("kubeconfig").failure == nil)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("https://192.0.2.1:6443") && text.contains("https://10.77.0.11:6443"))
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }
}
