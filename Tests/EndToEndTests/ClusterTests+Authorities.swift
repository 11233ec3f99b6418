import Foundation
import TestSupport
import Testing

extension ClusterTests {
  @Test("new authorities replace the old ones, also in two runs; the old ones count for nothing afterwards")
  func newAuthorities() async throws {
    let kubeconfig = rack.folder.file("state/hearth/racks/\(rack.lab)/kubeconfig")
    let old = try String(contentsOfFile: kubeconfig, encoding: .utf8)
    struct Written: Decodable { var file: String? }
    let backup = try hearth.run("backup", "--to", rack.folder.file("of-before"), "--output", "json")
    #expect(backup.status == 0, "\(backup.output) \(backup.errors)")
    let trusted = try rack.inside("pi1", "cat", "/etc/kubernetes/pki/ca.crt")

    let first = try hearth.start(["certs", "rotate-ca", "--yes", "--output", "json"])
    // Amid the second round of the control plane, or wherever else it is by then.
    while first.process.isRunning, first.output.components(separatedBy: #""event":"step-ended""#).count < 60 {
      try await Task.sleep(for: .milliseconds(20))
    }
    first.process.signal(SIGKILL)
    #expect(first.end().status == 137)
    #expect(try rack.inside("pi1", "cat", "/etc/kubernetes/pki/ca.crt").components(separatedBy: "BEGIN").count == 3)

    let second = try hearth.run("certs", "rotate-ca", "--yes", "--output", "json")
    #expect(second.status == 0, "\(second.output.suffix(2000)) \(second.errors)")
    for host in ["pi1", "pi4"] {
      let now = try rack.inside(host, "cat", "/etc/kubernetes/pki/ca.crt")
      #expect(now != trusted && now.components(separatedBy: "BEGIN").count == 2, "\(host)")
    }
    try Command.run(
      ["env"] + hearth.environment + [HearthProgram.path, "lab", "exec", "--name", rack.lab, "pi1", "--"]
        + ["sh", "-c", "umask 077; cat >/root/old"], input: old)
    let refused = try rack.inside(
      "pi1", "sh", "-c",
      "kubectl --kubeconfig=/root/old --certificate-authority=/etc/kubernetes/pki/ca.crt get nodes 2>&1; rm /root/old")
    // kubectl's words for an answer of 401, older and newer ones.
    #expect(refused.contains("Unauthorized") || refused.contains("You must be logged in to the server"), "\(refused)")

    let up = try hearth.run("up", "--yes", "--output", "json")
    let summary = try #require(try up.lines(EventLine.self).last?.summary)
    #expect(up.status == 0 && summary.changed == 0)

    // A backup from before holds what pods trusted and showed then; names are found by pods that use the API.
    let file = try #require(try backup.lines(Written.self).compactMap(\.file).first)
    let restored = try hearth.run("restore", file, "--yes", "--output", "json")
    #expect(restored.status == 0, "\(restored.output.suffix(2000)) \(restored.errors)")
    #expect(try rack.inside("pi1", "cat", "/etc/kubernetes/pki/ca.crt") != trusted)
    try hearth.expectNothingLeft()
  }

  @Test("the encryption key is replaced, also in two runs; every Secret is written with the new one and stays readable")
  func newEncryptionKey() async throws {
    _ = try rack.kubectl("create", "secret", "generic", "locked", "--from-literal=word=plugh")
    func keys() throws -> [String] {
      try rack.inside("pi1", "cat", "/etc/kubernetes/encryption.yaml").matches(of: /key[0-9]+/).map {
        String($0.output)
      }
    }
    // A restore of a backup from before the last key leaves that one, too; the first rotation removes it.
    if try keys().count > 1 { #expect(try hearth.run("certs", "rotate-encryption", "--yes").failure == nil) }
    let before = try keys()
    let first = try hearth.start(["certs", "rotate-encryption", "--yes", "--output", "json"])
    while first.process.isRunning, first.output.components(separatedBy: #""event":"step-ended""#).count < 6 {
      try await Task.sleep(for: .milliseconds(20))
    }
    first.process.signal(SIGKILL)
    #expect(first.end().status == 137)
    let second = try hearth.run("certs", "rotate-encryption", "--yes", "--output", "json")
    #expect(second.status == 0, "\(second.output.suffix(2000)) \(second.errors)")
    let after = try keys()
    #expect(before.count == 1)
    #expect(after.count == 1)
    #expect(before != after)
    #expect(try rack.kubectl("get", "secret", "locked", "-o", "jsonpath={.data.word}") == "cGx1Z2g=")
    let names = try rack.inside(
      "pi1", "sh", "-c",
      "ETCDCTL_API=3 etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/pki/ca.crt "
        + "--cert=/etc/etcd/pki/server.pem --key=/etc/etcd/pki/server.pem get /registry/secrets --prefix "
        + "--print-value-only | grep -a -o 'k8s:enc:secretbox:v1:key[0-9]*:' | sort -u")
    #expect(names == "k8s:enc:secretbox:v1:\(try #require(after.first)):")
    try hearth.expectNothingLeft()
  }

  @Test("the rack passes every item of the benchmark but those that docs/background/security.md gives a reason for")
  func benchmark() throws {
    struct Item: Decodable {
      var id: String
      var state: String
      var reason: String
    }
    struct Document: Decodable { var items: [Item] }
    let result = try hearth.run("check", "--benchmark", "cis", "--output", "json")
    #expect(result.status == 0, "\(result.errors)")
    let items = try result.document(Document.self).items
    #expect(items.count == 131)
    let known =
      ["1.2.3", "1.2.11", "3.1.1", "4.2.14"] + (1...12).map { "5.2.\($0)" }
      + ["5.3.1", "5.3.2", "5.4.2", "5.5.1", "5.6.1"]
    // Other tests leave pods behind in the namespace default.
    let others = items.filter { $0.state != "passed" && !known.contains($0.id) && !$0.id.hasPrefix("5.") }
    #expect(others.isEmpty, "\(others)")
    #expect(items.filter { $0.state == "passed" }.count >= 105)
  }
}
