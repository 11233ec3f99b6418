import Foundation
import TestSupport
import Testing

/// The rack changes while it serves. Every test leaves it as it found it.
extension ClusterTests {
  private struct NodeDocument: Decodable {
    struct Node: Decodable {
      var name: String
      var state: String
      var isCordoned: Bool
    }
    var nodes: [Node]
  }

  private func nodes() throws -> [String: String] {
    let result = try hearth.run("node", "list", "--output", "json")
    #expect(result.status == 0, "\(result.errors)")
    return Dictionary(
      uniqueKeysWithValues: try result.document(NodeDocument.self).nodes.map {
        ($0.name, $0.isCordoned ? "\($0.state), cordoned" : $0.state)
      })
  }

  private func errors(_ result: HearthProgram.Result) throws -> [EventLine.Failure] {
    try result.lines(EventLine.self).compactMap(\.error)
  }

  @Test("a node leaves, its host is clean, and it comes back with the same pod range")
  func nodeLeavesAndComesBack() throws {
    let range = try rack.kubectl("get", "node", "pi4", "-o", "jsonpath={.spec.podCIDR}")
    let inventory = try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8)
    let removed = try hearth.run("node", "remove", "pi4", "--yes", "--output", "json")
    #expect(removed.status == 0, "\(removed.output.suffix(2000)) \(removed.errors)")
    #expect(try nodes()["pi4"] == nil)
    let without = try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8)
    #expect(!without.contains("pi4"))
    // Who takes the rack over from a control plane gets the rack as it is.
    let kept = try rack.inside("pi1", "cat", "/etc/hearth/inventory.yaml")
    #expect(kept == without.trimmingCharacters(in: .whitespacesAndNewlines))
    let left = try rack.inside(
      "pi4", "sh", "-c", "ls -d /etc/hearth /var/lib/hearth /etc/kubernetes /usr/local/bin/kubelet 2>/dev/null; :")
    #expect(left.isEmpty)

    let added = try hearth.run(
      "node", "add", "pi4", "--address", "10.77.0.14", "--yes", "--skip-smoke", "--output", "json")
    #expect(added.status == 0, "\(added.output.suffix(2000)) \(added.errors)")
    #expect(try nodes()["pi4"] == "Ready")
    #expect(try rack.kubectl("get", "node", "pi4", "-o", "jsonpath={.spec.podCIDR}") == range)
    #expect(try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8) == inventory)
    // The drain moved a DNS pod, which may still start.
    _ = try rack.kubectl("rollout", "status", "deployment/cluster-dns", "-n", "kube-system", "--timeout=120s")
    try hearth.expectNothingLeft()
  }

  @Test("a line that was taken away is seen before anything happens")
  func takenLine() throws {
    let file = rack.folder.file("hearth.yaml")
    let inventory = try String(contentsOfFile: file, encoding: .utf8)
    let start = try #require(inventory.range(of: "  - name: pi4"))
    let end = try #require(inventory.range(of: "roles: [worker]\n", range: start.lowerBound..<inventory.endIndex))
    let other = rack.folder.file("without-pi4.yaml")
    try inventory.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "")
      .write(toFile: other, atomically: true, encoding: .utf8)
    let result = try hearth.run("up", "--inventory", other, "--yes", "--output", "json")
    #expect(result.status == 3)
    #expect(result.output.contains("hearth node remove pi4"))
    #expect(try nodes()["pi4"] == "Ready")
  }

  @Test("what would end the cluster is refused, with what to do instead")
  func unsafeRemovals() throws {
    let last = try hearth.run("node", "remove", "pi1", "--yes", "--output", "json")
    #expect(last.status == 3 && last.output.contains("the last control-plane node"))
    let living = try hearth.run("reset", "--limit", "pi2", "--yes", "--output", "json")
    #expect(living.status == 3 && living.output.contains("hearth node remove pi2"))
    #expect(try nodes().values.allSatisfy { $0 == "Ready" })
  }

  @Test("a drain that a disruption budget blocks names pod and budget, and the node takes pods again afterwards")
  func blockedDrain() throws {
    let image = try rack.inside("pi1", "sed", "-n", #"s/^\([^ ]*smoke[^ ]*\) .*/\1/p"#, "/etc/hearth/images")
    defer { _ = try? rack.kubectl("delete", "deployment,poddisruptionbudget", "held", "--wait=false") }
    _ = try rack.kubectl("create", "deployment", "held", "--image=\(image)", "--replicas=3", "--", "sleep", "100000")
    _ = try rack.kubectl("create", "poddisruptionbudget", "held", "--selector=app=held", "--min-available=3")
    _ = try rack.kubectl("rollout", "status", "deployment/held", "--timeout=120s")
    let node = try rack.kubectl("get", "pods", "-l", "app=held", "-o", "jsonpath={.items[0].spec.nodeName}")
    let result = try hearth.run("node", "drain", node, "--drain-timeout", "4", "--output", "json")
    #expect(result.status == 1)
    let error = try #require(try errors(result).first)
    #expect(error.message.contains("default/held-") && error.message.contains("the disruption budget default/held"))
    #expect(try nodes()[node] == "Ready, cordoned")
    let again = try hearth.run("node", "uncordon", node)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try nodes()[node] == "Ready")
  }

  @Test("status tells how each host is, what runs on it and what happened")
  func life() async throws {
    func pods() throws -> [Substring] {
      try rack.kubectl("get", "pods", "--all-namespaces", "--output=name").split(separator: "\n").sorted()
    }
    // Pods of an earlier test may still be on their way out: what is counted is judged where nothing went meanwhile.
    var listed = try pods()
    var status = try hearth.run("status", "--output", "json").document(StatusDocument.self)
    for _ in 0..<30 where try pods() != listed {
      try await Task.sleep(for: .seconds(2))
      listed = try pods()
      status = try hearth.run("status", "--output", "json").document(StatusDocument.self)
    }
    for host in status.hosts {
      let vitals = try #require(host.state?.vitals, "\(host.name)")
      #expect(vitals.load != nil && vitals.memoryBytes != nil && vitals.freeDiskBytes != nil)
    }
    #expect(status.hosts.compactMap(\.state?.store).filter(\.isLeader).count == 1)
    #expect(status.hosts.compactMap(\.state?.store).allSatisfy { $0.bytes > 10_000 })
    #expect(status.pods?.map(\.count).reduce(0, +) == listed.count)
    #expect(status.events?.isEmpty == false)
  }

  @Test("a command runs on all hosts, and each line says whose it is")
  func execEverywhere() throws {
    let result = try hearth.run("exec", "--", "hostname")
    #expect(result.failure == nil)
    #expect(
      Set(result.output.split(separator: "\n").map(String.init)) == Set((1...4).map { "pi\($0) | pi\($0)" }))
    let failed = try hearth.run("exec", "--limit", "pi2", "--", "exit 7")
    #expect(failed.status == 4 && failed.errors.contains("status 7"))
  }
}
