import Foundation
import TestSupport
import Testing

/// Three control planes and a worker: what is lost, and what is not, when one of them goes.
@Suite(.serialized, .onRack(controlPlanes: 3), .enabled(if: EndToEnd.isPossible, EndToEnd.comment))
struct ControlPlaneTests {
  let rack: SharedRack
  var hearth: HearthProgram { rack.hearth }

  init() throws { rack = try SharedRack.required() }

  private struct NodeDocument: Decodable {
    struct Node: Decodable {
      var name: String
      var etcd: String?
    }
    var nodes: [Node]
  }

  /// Nodes that are members of etcd.
  private func members() throws -> Set<String> {
    let result = try hearth.run("node", "list", "--output", "json")
    #expect(result.status == 0, "\(result.errors)")
    return Set(try result.document(NodeDocument.self).nodes.filter { $0.etcd != nil }.map(\.name))
  }

  /// What the worker's kubelet would be answered through its own balancer, ten times a second, while something happens:
  /// status codes, each once. A server that has just started refuses with 403: it does not know the rights yet.
  private func answers(while work: () throws -> Void) throws -> Set<String> {
    let ask = """
      until [ -e /tmp/enough ]; do
        curl -s --cacert /etc/kubernetes/pki/ca.crt --cert /etc/kubernetes/pki/kubelet-client.pem \
          -o /dev/null -w '%{http_code}\\n' https://127.0.0.1:7443/api/v1/nodes/pi4
        sleep 0.1
      done
      rm /tmp/enough
      """
    let asking = try hearth.start(["lab", "exec", "--name", rack.lab, "pi4", "--", "sh", "-c", ask])
    let result = Result { try work() }
    try rack.inside("pi4", "touch", "/tmp/enough")
    let codes = asking.end().output.split(separator: "\n").map(String.init)
    #expect(codes.count > 20, "too few answers to say anything: \(codes)")
    try result.get()
    return Set(codes)
  }

  @Test("no request gets the answer of an API server that is not ready, whether one stops in order or is killed")
  func balancer() throws {
    let inOrder = try answers {
      for host in ["pi1", "pi2", "pi3"] {
        try rack.inside(host, "systemctl", "restart", "kube-apiserver")
        let ready = "until kubectl --kubeconfig=/etc/kubernetes/admin.conf get --raw /readyz; do sleep 0.2; done"
        try rack.inside(host, "sh", "-c", ready)
      }
    }
    #expect(inOrder == ["200"])
    let killed = try answers {
      for host in ["pi1", "pi2", "pi3"] {
        try rack.inside(host, "systemctl", "kill", "--signal=KILL", "kube-apiserver")
        Thread.sleep(forTimeInterval: 8)
      }
    }
    // A request on its way to the server that is killed gets no answer; none gets that of a server that is not ready.
    #expect(killed.subtracting(["000"]) == ["200"])
  }

  @Test("a control plane that is gone for good is replaced by a new system, and every acknowledged write is there")
  func replacement() throws {
    // As in life: hearth knows the key of the system that was there before.
    let known = rack.folder.file("known")
    let inventory = try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8)
    let list = try #require(inventory.firstMatch(of: /knownHosts: \[([^\]]+)\]/)?.output.1)
    try FileManager.default.copyItem(atPath: String(list), toPath: known)
    let file = rack.folder.file("known.yaml")
    try inventory.replacing(list, with: known).write(toFile: file, atomically: true, encoding: .utf8)

    #expect(try hearth.run("lab", "kill", "--name", rack.lab, "pi3").failure == nil)
    defer { _ = try? hearth.run("lab", "start", "--name", rack.lab, "pi3") }
    for number in 1...5 { _ = try rack.kubectl("create", "configmap", "written-\(number)") }
    #expect(try hearth.run("lab", "wipe", "--name", rack.lab, "pi3").failure == nil)
    #expect(try hearth.run("lab", "start", "--name", rack.lab, "pi3").failure == nil)

    let unasked = try hearth.run("node", "replace", "pi3", "--inventory", file, "--yes", "--output", "json")
    #expect(unasked.status != 0 && unasked.output.contains("--host-key"), "\(unasked.output)")
    let key = try rack.inside(
      "pi3", "sh", "-c", "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2")
    try expectDone(
      try hearth.run(
        "node", "replace", "pi3", "--host-key", key, "--inventory", file, "--yes", "--skip-smoke", "--output", "json"))
    #expect(try members() == ["pi1", "pi2", "pi3"])
    for number in 1...5 { _ = try rack.kubectl("get", "configmap", "written-\(number)") }
  }

  @Test("the rack shrinks to one control plane and grows to three again, one member after the other")
  func shrinkAndGrow() throws {
    let inventory = try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8)
    var small = inventory
    for host in ["pi2", "pi3"] {
      let line = try #require(small.range(of: "name: \(host)\n"))
      let roles = try #require(
        small.range(of: "[control-plane, worker]", range: line.upperBound..<small.endIndex))
      small.replaceSubrange(roles, with: "[worker]")
    }
    let file = rack.folder.file("small.yaml")
    try small.write(toFile: file, atomically: true, encoding: .utf8)
    _ = try rack.kubectl("create", "configmap", "kept")
    // Half of a departure would take the data of a member that still counts.
    let half = try hearth.run("up", "--limit", "pi2", "--inventory", file, "--yes", "--output", "json")
    let refusals = try half.lines(EventLine.self).compactMap { $0.error?.message }
    #expect(half.status == 3 && refusals.contains { $0.contains("--limit leaves out") }, "\(refusals)")
    #expect(try members() == ["pi1", "pi2", "pi3"])
    try expectDone(try hearth.run("up", "--inventory", file, "--yes", "--output", "json"))
    #expect(try members() == ["pi1"])
    let secrets = "/var/lib/hearth/backups /var/lib/etcd/hearth /etc/kubernetes/pki/ca.key /etc/hearth/inventory.yaml"
    for host in ["pi2", "pi3"] {
      #expect(try rack.inside(host, "sh", "-c", "ls -d \(secrets) 2>/dev/null || :").isEmpty)
    }
    try expectDone(try hearth.run("up", "--yes", "--output", "json"))
    #expect(try members() == ["pi1", "pi2", "pi3"])
    _ = try rack.kubectl("get", "configmap", "kept")
  }

  /// Versions of a package on these hosts, as `1.6`.
  private func versions(of package: String, on hosts: [String]) throws -> Set<String> {
    Set(
      try hosts.map { host in
        let whole = try rack.inside(host, "dpkg-query", "-W", "-f", "${Version}", package)
        return whole.split(separator: ".").prefix(2).joined(separator: ".")
      })
  }

  @Test(
    "held packages come from the next Debian release, member by member and node by node, and a kill between",
    .enabled(if: EndToEnd.usesPackages, "only Kubernetes v1.20 runs on Debian's packages"))
  func packages() async throws {
    let hosts = ["pi1", "pi2", "pi3", "pi4"]
    let planes = ["pi1", "pi2", "pi3"]
    #expect(try versions(of: "etcd-server", on: planes) == ["3.4"])
    try rack.script("newer-packages", [rack.lab] + hosts)
    _ = try rack.kubectl("create", "configmap", "from-before")

    // In passing, nothing is upgraded.
    try expectDone(try hearth.run("up", "--yes", "--output", "json"))
    #expect(try versions(of: "etcd-server", on: planes) == ["3.4"])

    let arguments = ["upgrade", "--yes", "--output", "json"]
    let first = try hearth.start(arguments)
    while first.process.isRunning, !first.output.contains("packages etcd-") {
      try await Task.sleep(for: .milliseconds(20))
    }
    first.process.signal(SIGKILL)
    #expect(first.end().status == 137)
    try expectDone(try hearth.start(arguments).end())

    #expect(try versions(of: "etcd-server", on: planes) == ["3.5"])
    #expect(try versions(of: "containerd", on: hosts) == ["1.7"])
    for host in hosts { #expect(try rack.inside(host, "runc", "--version").hasPrefix("runc version 1.1.15")) }
    for host in planes {
      let running = try rack.inside(host, "curl", "-fsS", "http://127.0.0.1:2381/metrics")
      #expect(running.contains(#"etcd_cluster_version{cluster_version="3.5"}"#), "\(host) runs something else")
    }
    let runtimes = try rack.kubectl(
      "get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.containerRuntimeVersion}")
    #expect(runtimes.split(separator: " ").allSatisfy { $0.hasPrefix("containerd://1.7") }, "\(runtimes)")
    _ = try rack.kubectl("get", "configmap", "from-before")
    try hearth.expectNothingLeft()

    // A system of the older release can join only once it sees the newer etcd.
    for power in ["kill", "wipe", "start"] {
      #expect(try hearth.run("lab", power, "--name", rack.lab, "pi3").failure == nil)
    }
    let replace = ["node", "replace", "pi3", "--same-host", "--yes", "--skip-smoke", "--output", "json"]
    let older = try hearth.start(replace).end()
    let refusals = try older.lines(EventLine.self).compactMap { $0.error?.message }
    #expect(older.status != 0 && refusals.contains { $0.contains("an older one cannot join") }, "\(refusals)")
    try rack.script("newer-packages", [rack.lab, "pi3"])
    try expectDone(try hearth.start(replace).end())
    #expect(try members() == ["pi1", "pi2", "pi3"])
  }
}
