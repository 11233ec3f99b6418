import Foundation
import TestSupport
import Testing

/// A rack whose hosts have other addresses: all in another network, with a run that is killed in the middle, then one with a
/// new lease.
@Suite(.enabled(if: EndToEnd.isPossible, EndToEnd.comment), .serialized)
struct MoveTests {
  @Test func theClusterFollowsItsBoards() async throws {
    let lab = "e2e-move-\(UUID().uuidString.prefix(6).lowercased())"
    let folder = try TemporaryFolder("hearth-e2e-move")
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
    func addresses() throws -> [String] {
      let path = #"{range .items[*]}{.status.addresses[?(@.type=="InternalIP")].address}{"\n"}{end}"#
      let members = try inside(
        "ETCDCTL_API=3 etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/pki/ca.crt "
          + "--cert=/etc/etcd/pki/server.pem --key=/etc/etcd/pki/server.pem member list | grep -o 'https://[0-9.]*:2380'"
      )
      let nodes = try inside("kubectl --kubeconfig=/etc/kubernetes/admin.conf get nodes -o jsonpath='\(path)'")
      return members.split(separator: "\n").map(String.init).sorted() + nodes.split(separator: "\n").map(String.init)
    }
    func expectOrder() async throws {
      var plan = try hearth.run("plan", "--exit-code")
      for _ in 0..<20 where plan.status != 0 {
        try await Task.sleep(for: .seconds(3))
        plan = try hearth.run("plan", "--exit-code")
      }
      #expect(plan.status == 0, "\(plan.output)\n\(plan.errors)")
    }
    defer { _ = try? hearth.run("lab", "down", "--name", lab) }
    let made = try hearth.run(
      "lab", "up", "--name", lab, "--nodes", "3", "--control-planes", "3", "--file", inventory)
    try #require(made.status == 0, "lab up: \(made.errors)")
    let up = try hearth.run("up", "--yes", "--skip-smoke")
    try #require(up.status == 0, "up: \(up.output)\n\(up.errors)")
    _ = try inside("kubectl --kubeconfig=/etc/kubernetes/admin.conf create namespace before-the-move")

    let move = try hearth.run("lab", "move", "--name", lab, "--network", "10.78.0.0/24")
    try #require(move.status == 0, "\(move.errors)")
    let lost = try hearth.run("status")
    #expect(lost.status == 1 && lost.output.contains("hearth readdress"), "\(lost.output)")
    // Killed where one member of etcd has its new address, the next has half of it, and the last has the old one.
    let killed = try hearth.start(["readdress", "--yes", "--output", "json"])
    while killed.process.isRunning, !killed.output.contains(#""phase":"address-pi2""#) {
      try await Task.sleep(for: .milliseconds(20))
    }
    killed.process.signal(SIGKILL)
    let half = killed.end()
    #expect(half.status == 137, "ended before it could be killed: \(half.output)\n\(half.errors)")
    let all = try hearth.run("readdress", "--yes")
    try #require(all.status == 0, "readdress: \(all.output)\n\(all.errors)")
    try await expectOrder()
    let moved = (11...13).map { "10.78.0.\($0)" }
    #expect(try addresses() == moved.map { "https://\($0):2380" } + moved)
    #expect(try inside("kubectl --kubeconfig=/etc/kubernetes/admin.conf get namespace before-the-move -o name") != "")
    #expect(try inside("ip -4 -o address show dev lo; ip -4 route show proto 73").contains("10.77.") == false)
    #expect(try folder.read("hearth.yaml").contains("address: 10.77.") == false)

    // One of them, and another board is not taken for it.
    let one = try hearth.run("lab", "move", "--name", lab, "pi3=10.78.0.43")
    try #require(one.status == 0, "\(one.errors)")
    let wrong = try hearth.run("readdress", "--yes", "pi3=10.78.0.12")
    #expect(wrong.status != 0 && wrong.errors.contains("10.78.0.12"), "\(wrong.errors)")
    var status = try hearth.run("status")
    for _ in 0..<20 where !status.output.contains("hearth readdress pi3=10.78.0.43") {
      try await Task.sleep(for: .seconds(3))
      status = try hearth.run("status")
    }
    #expect(status.output.contains("pi3 answers at 10.78.0.43"), "\(status.output)")
    let follow = try hearth.run("readdress", "--yes", "--skip-smoke", "pi3=10.78.0.43")
    try #require(follow.status == 0, "readdress: \(follow.output)\n\(follow.errors)")
    try await expectOrder()
    let last = ["10.78.0.11", "10.78.0.12", "10.78.0.43"]
    #expect(try addresses() == last.map { "https://\($0):2380" } + last)
  }
}
