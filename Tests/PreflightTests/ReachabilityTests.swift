import Foundation
import Inventory
import Preflight
import Provision
import Testing

@Suite("Ports tried from host to host")
struct ReachabilityTests {
  @Test("Silence and rejection are findings of the host that is not reached; refusal proves the way")
  func findings() throws {
    let rack = TestRack.make(3)
    let attempts =
      Reachability.attempts(in: "Welcome!\n@reach pi1 6443 silent\n@reach pi1 22 x\n", from: "pi2")
      + Reachability.attempts(in: "@reach pi1 6443 rejected\n@reach pi2 10250 closed\n", from: "pi3")
    #expect(attempts.map(\.state) == [.silent, .rejected, .closed])
    let found = Reachability.findings(attempts, rack: rack)
    #expect(found.map(\.host) == ["pi1"])
    #expect(found.first?.detail == "TCP 6443 from pi2, pi3: rejected")
    #expect(found.first?.isBlocking == true)
  }

  @Test("Workers try the API server only, control planes etcd and kubelets too, and nobody tries hosts that are away")
  func programs() throws {
    let rack = TestRack.make(3)
    func targets(_ index: Int, _ answering: Set<String>) throws -> [String] {
      let program = try Reachability.program(from: rack.nodes[index], rack: rack, answering: answering) ?? ""
      return program.components(separatedBy: "\n").filter { $0.hasPrefix("reach ") }
    }
    #expect(try targets(1, ["pi1", "pi2", "pi3"]) == ["reach pi1 192.168.1.11 6443 &"])
    #expect(
      try targets(0, ["pi1", "pi2", "pi3"]) == ["reach pi2 192.168.1.12 10250 &", "reach pi3 192.168.1.13 10250 &"])
    #expect(try targets(1, ["pi2", "pi3"]) == [])
  }

  @Test("Ports of this machine that listen, and that do not")
  func real() throws {
    // The loopback answers at once, whether or not somebody listens; port 1 is nobody's.
    var rack = TestRack.make(2)
    rack.nodes[0].address = try #require(IPv4Address("127.0.0.1"))
    let program = try #require(try Reachability.program(from: rack.nodes[1], rack: rack, answering: ["pi1", "pi2"]))
    let output = String(decoding: try LocalShell.run(program.replacing(" 6443 ", with: " 1 ")), as: UTF8.self)
    #expect(Reachability.attempts(in: output, from: "pi2").map(\.state) == [.closed])
  }
}
