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
    #expect(refused.contains("Unauthorized"), "\(refused)")

    let up = try hearth.run("up", "--yes", "--output", "json")
    let summary = try #require(try up.lines(EventLine.self).last?.summary)
    #expect(up.status == 0 && summary.changed == 0)

    // A backup from before holds what pods trusted and showed then; names are found by pods that use the API.
    let file = try #require(try backup.lines(Written.self).compactMap(\.file).first)
    let restored = try hearth.run("restore", file, "--yes", "--output", "json")
    #expect(restored.status == 0, "\(restored.output.suffix(2000)) \(restored.errors)")
    #expect(try rack.inside("pi1", "cat", "/etc/kubernetes/pki/ca.crt") != trusted)
    #expect(try hearth.run("plan", "--output", "json").document(PlanDocument.self).changes.isEmpty)
  }
}
