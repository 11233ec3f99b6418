import Provision
import Testing

@testable import Bootstrap

struct ResetPlanTests {
  static func manifest(_ lines: [String]) -> Manifest {
    Manifest(
      lines.map { line in
        let words = line.split(separator: " ").map(String.init)
        return "\(words[0])\t\(words[1])\t\(words.count > 2 ? words[2] : "-")\t1\tr1"
      }.joined(separator: "\n"))
  }

  static let node = manifest([
    "file /etc/hosts", "file /etc/hostname abc", "masked haproxy.service", "package haproxy", "package chrony",
    "directory /etc/systemd/journald.conf.d", "file /etc/systemd/journald.conf.d/90-hearth.conf 11",
    "unit systemd-journald.service", "unit chrony.service", "directory /etc/hearth", "directory /etc/hearth/pki",
    "file /etc/systemd/system/containerd.service 22", "file /etc/systemd/system/kubelet.service 33",
    "unit containerd.service", "unit kubelet.service", "user etcd",
    "file /etc/kubernetes/pki/ca.key 44", "absent /etc/kubernetes/pki/ca.key",
  ])

  @Test func onlyUnitsOfItsOwnEnd() {
    let plan = ResetPlan(Self.node)
    // What was started last goes first.
    #expect(plan.units == ["kubelet.service", "containerd.service"])
    // Journald only reloads its settings; chrony goes with its package.
    #expect(plan.restarts == ["systemd-journald.service"])
  }

  @Test func namesAndSSHStay() {
    let paths = ResetPlan(Self.node).files.map(\.path)
    #expect(!paths.contains("/etc/hostname"))
    #expect(paths.contains("/etc/hosts"))
    #expect(!paths.contains { $0.contains("ssh") })
    // What is gone already is not removed again.
    #expect(!paths.contains("/etc/kubernetes/pki/ca.key"))
  }

  @Test func theDeepestFolderGoesFirst() {
    let folders = ResetPlan(Self.node).directories
    #expect(folders == ["/etc/systemd/journald.conf.d", "/etc/hearth/pki", "/etc/hearth"])
  }

  @Test func aForeignHostHasNothingToRemove() throws {
    #expect(ResetPlan(Manifest("")).isEmpty)
    #expect(try HostReset(Manifest("")).resources().isEmpty)
  }

  @Test func theManifestGoesLast() throws {
    let ids = try HostReset(Self.node).resources().map(\.id)
    #expect(
      ids == [
        "reset: pods and containers", "reset: services", "reset: pod network", "reset: packages", "reset: files",
        "reset: data", "reset: manifest",
      ])
  }
}
