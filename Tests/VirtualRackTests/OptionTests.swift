import Diagnostics
import Foundation
import Testing

@testable import VirtualRack

/// Hosts that are made differently.
@Suite(.enabled(if: LabFixture.isPossible, LabFixture.comment))
struct OptionTests {
  @Test func aPiHasItsFiles() async throws {
    let options = VirtualHostOptions(piModel: VirtualHostOptions.pi4Model)
    try await LabFixture.withLab(nodes: 1, options: options) { rack in
      let host = try #require(await rack.hosts().first)
      let tree = "/sys/firmware/devicetree/base"
      let names = try await rack.ssh("pi1", "tr '\\0' '\\n' <\(tree)/model; tr '\\0' '\\n' <\(tree)/serial-number")
      #expect(names.lines == [VirtualHostOptions.pi4Model, host.serial])
      let temperature = "vcgencmd measure_temp; vcgencmd get_throttled"
      #expect(try await rack.ssh("pi1", temperature).lines == ["temp=48.3'C", "throttled=0x0"])
      try "0x50005\n".write(
        toFile: "\(rack.stateFolder)/hosts/pi1/firmware/throttled", atomically: false, encoding: .utf8)
      #expect(try await rack.ssh("pi1", "vcgencmd get_throttled") == "throttled=0x50005")
    }
  }

  @Test func aPiHasNoMemoryControllerUntilItsCommandLineAsksForIt() async throws {
    let options = VirtualHostOptions(piModel: VirtualHostOptions.pi4Model)
    try await LabFixture.withLab(nodes: 1, options: options) { rack in
      let controller = "awk '$1 == \"memory\" { print $4 }' /proc/cgroups"
      #expect(try await rack.ssh("pi1", controller) == "0")
      _ = try await rack.ssh("pi1", "sudo sed -i 's/$/ cgroup_enable=memory/' /boot/firmware/cmdline.txt")
      #expect(try await rack.ssh("pi1", "grep -c cgroup_enable=memory /proc/cmdline || :") == "0")
      try await rack.kill("pi1")
      try await rack.start("pi1")
      try await rack.wait(for: "pi1")
      #expect(
        try await rack.ssh("pi1", "grep -c cgroup_enable=memory /proc/cmdline; \(controller)").lines == ["1", "1"])
    }
  }

  @Test func sudoCanAskForAPassword() async throws {
    let options = ["pi2": VirtualHostOptions(sudoPassword: Secret("open sesame"))]
    try await LabFixture.withLab(nodes: 2, overrides: options) { rack in
      #expect(try await rack.ssh("pi1", "sudo -n id -u") == "0")
      #expect(try await LabFixture.run(rack.sshCommand("pi2", ["sudo -n id -u"])).isSuccess == false)
      let sudo = try rack.sshCommand("pi2", ["sudo -S -p '' id -u 2>/dev/null"])
      #expect(try await LabFixture.run(sudo, input: "open sesame\n").output == "0")
      #expect(try await LabFixture.run(sudo, input: "wrong\n").isSuccess == false)
    }
  }

  @Test func aDiskOfItsOwnCanBeFull() async throws {
    let options = ["pi1": VirtualHostOptions(memoryBytes: 512 << 20, diskBytes: 256 << 20)]
    try await LabFixture.withLab(nodes: 1, overrides: options) { rack in
      let write = try rack.sshCommand("pi1", ["dd if=/dev/zero of=file bs=1M count=2 && sync"])
      try await rack.fill("pi1")
      let full = try await LabFixture.run(write)
      #expect(full.isSuccess == false && full.output.contains("No space left"))
      try await rack.unfill("pi1")
      #expect(try await LabFixture.run(write).isSuccess)
    }
  }

  @Test func aDiskOfItsOwnCanBeSlow() async throws {
    let options = ["pi1": VirtualHostOptions(diskBytes: 256 << 20)]
    try await LabFixture.withLab(nodes: 1, overrides: options) { rack in
      // Ten writes, each of which waits for the disk.
      let write =
        "cd /var/lib/kubelet && date +%s%N && dd if=/dev/zero of=f bs=4k count=10 oflag=dsync status=none && date +%s%N"
      func seconds() async throws -> Double {
        let times = try await rack.exec("pi1", ["sh", "-c", write]).split(separator: "\n").compactMap { Double($0) }
        try #require(times.count == 2)
        return (times[1] - times[0]) / 1e9
      }
      try await rack.slow("pi1", writesPerSecond: 5)
      let slow = try await seconds()
      // The first may be free.
      #expect(slow > 9 / 5 * 0.9, "ten writes took \(slow) s")
      try await rack.unslow("pi1")
      #expect(try await seconds() < slow)
    }
  }

  @Test func theMachinesOwnDiskIsLeftAlone() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      let full = await LabFixture.refusal { try await rack.fill("pi1") }
      #expect(full.contains("would fill the machine"))
      let slow = await LabFixture.refusal { try await rack.slow("pi1", writesPerSecond: 5) }
      #expect(slow.contains("would slow the machine down"))
    }
  }

  @Test func packagesComeThroughTheProxy() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      let install = "sudo apt-get -q update && sudo apt-get -qy install --no-install-recommends tree && tree --version"
      let (isSuccess, output) = try await LabFixture.run(rack.sshCommand("pi1", [install]))
      #expect(isSuccess, "\(output)")
    }
  }
}
