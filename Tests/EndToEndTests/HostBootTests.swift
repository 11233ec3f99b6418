import Foundation
import TestSupport
import Testing

/// What a boot undoes. One virtual host each, with what people's hosts have, is made a cluster and restarted; then `plan`
/// must find nothing to do.
@Suite(.enabled(if: EndToEnd.isPossible, EndToEnd.comment), .serialized)
struct HostBootTests {
  /// Files that would set back at each boot what `up` does.
  private static let traps = """
    printf 'net.ipv4.ip_forward = 0\\nnet.ipv4.conf.all.rp_filter = 1\\n' >/etc/sysctl.d/zz-hardening.conf
    printf '127.0.0.1\\tlocalhost\\r\\n127.0.1.1\\tpi1\\r\\n192.168.178.20 nas\\r\\n' >/etc/hosts
    """

  @Test(arguments: [[], ["--pi"]])
  func aRestartLeavesNothingToDo(flavour: [String]) async throws {
    let lab = "e2e-boot-\(UUID().uuidString.prefix(6).lowercased())"
    let folder = try TemporaryFolder("hearth-e2e-boot")
    let inventory = folder.file("hearth.yaml")
    let hearth = HearthProgram(
      folder: folder,
      environment: [
        "XDG_STATE_HOME=\(folder.file("state"))", "KUBECONFIG=\(folder.file("kubeconfig"))",
        "HEARTH_INVENTORY=\(inventory)", "NO_COLOR=1",
      ])
    func inside(_ script: String) throws -> String {
      try hearth.start(["lab", "exec", "--name", lab, "pi1", "--", "sh", "-c", script]).end().output
    }
    defer { _ = try? hearth.run("lab", "down", "--name", lab) }
    let made = try hearth.start(["lab", "up", "--name", lab, "--nodes", "1", "--file", inventory] + flavour).end()
    try #require(made.status == 0, "lab up: \(made.errors)")
    _ = try inside(Self.traps)

    let check = try hearth.run("check")
    #expect(check.output.contains("/etc/sysctl.d/zz-hardening.conf:1"), "\(check.output)")
    let up = try hearth.run("up", "--yes", "--skip-smoke")
    try #require(up.status == 0, "up: \(up.output)\n\(up.errors)")
    #expect(try inside("grep -c 'nas.$' /etc/hosts; grep -c '^10.77.0.11 pi1$' /etc/hosts") == "1\n1\n")
    if !flavour.isEmpty {
      #expect(try inside("tr ' ' '\\n' </proc/cmdline | grep -E '^cgroup_(enable|memory)'") == "cgroup_enable=memory\n")
    }

    let restart = try hearth.run("lab", "reboot", "--name", lab, "pi1")
    #expect(restart.status == 0, "\(restart.errors)")
    // Its API server is not there at once.
    var plan = try hearth.run("plan", "--exit-code")
    for _ in 0..<60 where plan.status != 0 {
      try await Task.sleep(for: .seconds(3))
      plan = try hearth.run("plan", "--exit-code")
    }
    #expect(plan.status == 0, "\(plan.output)\n\(plan.errors)")
    #expect(try inside("cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/all/rp_filter") == "1\n2\n")
  }
}
