import Diagnostics
import Foundation
import Testing

@testable import VirtualRack

/// What happens to single hosts, each test on real ones.
@Suite(.enabled(if: LabFixture.isPossible, LabFixture.comment))
struct HostTests {
  @Test func hostsAreRealSystemsWithPinnedKeys() async throws {
    try await LabFixture.withLab(nodes: 2) { rack in
      let hosts = try await rack.hosts()
      #expect(hosts.map(\.name) == ["pi1", "pi2"])
      #expect(hosts.map { "\($0.address)" } == ["10.77.0.11", "10.77.0.12"])
      #expect(Set(hosts.map(\.fingerprint)).count == 2)
      for host in hosts {
        #expect(try await rack.ssh(host.name, "hostname; sudo -n id -u").lines == [host.name, "0"])
        #expect(try await rack.ssh(host.name, "systemctl is-system-running --wait") == "running")
        let offered = try await LabFixture.run(
          rack.enterCommand(["ssh-keyscan", "-t", "ed25519", "\(host.address)"])
        ).output
        #expect(offered.contains("\(host.address) \(host.hostKey)"))
      }
      #expect(try await rack.ssh("pi1", "ping -c 1 -W 5 10.77.0.12 | grep -c 'bytes from'") == "1")
    }
  }

  @Test func hostsCannotHarmTheMachine() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      let capabilities = try await rack.ssh("pi1", "sudo grep CapBnd /proc/self/status").split(separator: "\t").last
      let set = try #require(UInt64(capabilities ?? "", radix: 16))
      for (name, bit) in [("sys_module", 16), ("sys_rawio", 17), ("sys_time", 25), ("wake_alarm", 35)] {
        #expect(set & 1 << UInt64(bit) == 0, "hosts have \(name)")
      }
      for command in [
        "sudo date -s '2001-01-01'", "sudo mknod /tmp/disk b 7 0 && sudo head -c 1 /tmp/disk",
        "ip route get 192.0.2.1 && ping -c 1 -W 1 192.0.2.1",
      ] {
        #expect(try await LabFixture.run(rack.sshCommand("pi1", [command])).isSuccess == false, "\(command)")
      }
      // Settings of the whole machine are copies in there.
      let file = "/proc/sys/vm/swappiness"
      let before = try String(contentsOfFile: file, encoding: .utf8)
      #expect(try await rack.ssh("pi1", "echo 3 | sudo tee \(file)") == "3")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
      #expect(try await rack.exec("pi1", ["cat", "/proc/sys/kernel/hostname"]) == "pi1\n")
    }
  }

  @Test func rebootKeepsFiles() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      let boot = "cat /proc/sys/kernel/random/boot_id"
      let first = try await rack.ssh("pi1", "echo kept > file; \(boot)")
      try await rack.reboot("pi1")
      try await rack.wait(for: "pi1")
      let second = try await rack.ssh("pi1", "cat file; \(boot)").lines
      #expect(second.first == "kept" && second.last != first)
    }
  }

  @Test func powerCutKeepsTheDisk() async throws {
    try await LabFixture.withLab(nodes: 2) { rack in
      _ = try await rack.ssh("pi1", "echo kept > file; sudo sh -c 'echo kept > /var/lib/kubelet/file'")
      try await rack.kill("pi1")
      #expect(try await rack.hosts().map(\.power) == [.off, .on])
      #expect(try await LabFixture.run(rack.sshCommand("pi1", ["true"])).isSuccess == false)
      #expect(await LabFixture.refusal { try await rack.wait(for: "pi1") } != "")
      try await rack.start("pi1")
      try await rack.wait(for: "pi1")
      #expect(try await rack.ssh("pi1", "cat file; sudo cat /var/lib/kubelet/file").lines == ["kept", "kept"])
    }
  }

  @Test func cableCanBePulled() async throws {
    try await LabFixture.withLab(nodes: 2) { rack in
      try await rack.cut("pi2")
      #expect(try await rack.hosts().map(\.cable) == [.plugged, .cut])
      #expect(try await LabFixture.run(rack.sshCommand("pi2", ["true"])).isSuccess == false)
      #expect(try await rack.ssh("pi1", "echo here") == "here")
      // It stays out when the host restarts, and the host is alive all the same.
      try await rack.kill("pi2")
      try await rack.start("pi2")
      #expect(try await rack.exec("pi2", ["hostname"]) == "pi2\n")
      #expect(try await LabFixture.run(rack.sshCommand("pi2", ["true"])).isSuccess == false)
      try await rack.join("pi2")
      try await rack.wait(for: "pi2")
      #expect(try await rack.ssh("pi2", "echo here") == "here")
    }
  }

  @Test func wipeMakesANewSystemOnTheSameBoard() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      let before = try #require(await rack.hosts().first)
      let machine = try await rack.ssh("pi1", "touch file; cat /etc/machine-id")
      try await rack.wipe("pi1")
      try await rack.wait(for: "pi1")
      let after = try #require(await rack.hosts().first)
      #expect(after.hostKey != before.hostKey && after.fingerprint != before.fingerprint)
      #expect(after.serial == before.serial && after.address == before.address)
      let seen = try await rack.ssh("pi1", "ls; cat /etc/machine-id")
      #expect(seen.lines.count == 1 && seen != machine)
    }
  }
}
