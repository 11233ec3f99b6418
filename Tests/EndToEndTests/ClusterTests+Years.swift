import Foundation
import TestSupport
import Testing

/// What the years bring: certificates, backups, upgrades, power cuts. Every test leaves the rack as it found it.
extension ClusterTests {
  private func kubelets() throws -> Set<String> {
    Set(
      try rack.kubectl("get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.kubeletVersion}")
        .split(separator: " ").map(String.init))
  }

  @Test("certificates are renewed on every host, and the cluster goes on")
  func renewedCertificates() throws {
    // One line a certificate, its file first.
    func serials() throws -> [String] {
      try ["pi1", "pi3"].map { host in
        try rack.inside(
          host, "sh", "-c", "cut -d'|' -f1 /etc/hearth/certificates | xargs -n 1 openssl x509 -noout -serial -in")
      }
    }
    let before = try serials()
    try expectDone(try hearth.run("certs", "renew", "--output", "json"))
    let after = try serials()
    for (old, new) in zip(before, after) {
      #expect(Set(old.split(separator: "\n")).isDisjoint(with: new.split(separator: "\n")))
    }
    let status = try hearth.run("status", "--output", "json")
    #expect(status.status == 0, "\(status.output)")
  }

  @Test("a backup brings objects back with their UIDs and Secrets, and nothing that came after it")
  func backupAndRestore() throws {
    _ = try rack.kubectl("create", "secret", "generic", "kept", "--from-literal=word=xyzzy")
    let uid = try rack.kubectl("get", "secret", "kept", "-o", "jsonpath={.metadata.uid}")
    struct Written: Decodable { var file: String? }
    let backup = try hearth.run("backup", "--to", rack.folder.file("backups"), "--output", "json")
    #expect(backup.status == 0, "\(backup.output) \(backup.errors)")
    let file = try #require(try backup.lines(Written.self).compactMap(\.file).first)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(bytes.starts(with: Data("age-encryption.org/v1".utf8)))

    _ = try rack.kubectl("delete", "secret", "kept")
    _ = try rack.kubectl("create", "configmap", "later")
    try expectDone(try hearth.run("restore", file, "--yes", "--skip-smoke", "--output", "json"))
    #expect(try rack.kubectl("get", "secret", "kept", "-o", "jsonpath={.metadata.uid}") == uid)
    #expect(try rack.kubectl("get", "secret", "kept", "-o", "jsonpath={.data.word}") == "eHl6enk=")
    #expect(throws: Command.Failure.self) { try rack.kubectl("get", "configmap", "later") }
    _ = try rack.kubectl("delete", "secret", "kept")
    let smoke = try hearth.run("smoke", "--output", "json")
    #expect(smoke.status == 0, "\(smoke.output)")
  }

  @Test("after a power cut of all hosts the rack comes back by itself, with what was acknowledged")
  func powerCut() throws {
    let hosts = ["pi1", "pi2", "pi3", "pi4"]
    _ = try rack.kubectl("create", "configmap", "acknowledged")
    #expect(try hearth.start(["lab", "kill", "--name", rack.lab] + hosts).end().failure == nil)
    #expect(try hearth.start(["lab", "start", "--name", rack.lab] + hosts.reversed()).end().failure == nil)
    let status = try hearth.run("status", "--wait", "600")
    #expect(status.status == 0, "\(status.output) \(status.errors)")
    _ = try rack.kubectl("delete", "configmap", "acknowledged")
    let up = try hearth.run("up", "--yes", "--output", "json")
    try expectDone(up)
    // The API believes in nodes as they were before the cut, until they tell: what is waited for may not be true at once, but
    // there is nothing to put right.
    let changed = try up.lines(EventLine.self).filter { $0.outcome == "changed" }.compactMap(\.step)
    #expect(changed.allSatisfy { $0.hasPrefix("condition ") }, "\(changed)")
    try hearth.expectNothingLeft()
  }

  @Test("an upgrade that was killed goes on, ends with every node on the new version, and can be taken back")
  func upgrade() async throws {
    let inventory = try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8)
    let folder = try #require(inventory.firstMatch(of: /artifacts: \{folder: ([^}]+)\}/)?.output.1)
    let next = rack.folder.file("next")
    let (old, new) = (EndToEnd.kubernetes, EndToEnd.next)
    defer { try? FileManager.default.removeItem(atPath: next) }
    try rack.script("relabel-kubernetes", [String(folder), next, old, new])
    let file = rack.folder.file("next.yaml")
    try inventory.replacing(folder, with: next).replacing(old, with: new)
      .write(toFile: file, atomically: true, encoding: .utf8)

    // In passing, nothing is upgraded.
    let up = try hearth.run("up", "--inventory", file, "--yes", "--output", "json")
    #expect(up.status == 3 && up.output.contains("hearth upgrade"), "\(up.output.suffix(500))")

    let arguments = ["upgrade", "--inventory", file, "--yes", "--skip-smoke", "--at-once", "3", "--output", "json"]
    let first = try hearth.start(arguments)
    while first.process.isRunning, first.output.components(separatedBy: #""event":"step-ended""#).count <= 12 {
      try await Task.sleep(for: .milliseconds(20))
    }
    first.process.signal(SIGKILL)
    #expect(first.end().status == 137)
    try expectDone(try hearth.start(arguments).end())
    #expect(try kubelets() == [new])
    #expect(try rack.kubectl("version", "-o", "json").contains("\"gitVersion\": \"\(new)\""))

    try expectDone(
      try hearth.run("upgrade", "--yes", "--skip-smoke", "--at-once", "3", "--output", "json"))
    #expect(try kubelets() == [old])
    try hearth.expectNothingLeft()
  }
}
