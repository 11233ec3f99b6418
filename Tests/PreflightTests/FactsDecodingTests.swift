import Artifacts
import Diagnostics
import Foundation
import Inventory
import Preflight
import Provision
import Testing

@Suite("Facts of known hosts")
struct FactsDecodingTests {
  @Test("Raspberry Pi OS 11 on a Pi 4")
  func raspiOS11() throws {
    let facts = try Fixture.raspiOS11.facts
    #expect(facts.osVersion == "11" && facts.architecture == .arm64)
    #expect(facts.model == "Raspberry Pi 4 Model B Rev 1.2" && facts.serial == "100000001a2b3c11")
    #expect(facts.isRaspberryPi && facts.canSetBootParameters && facts.isRoot)
    #expect(facts.cgroupVersion == 2 && facts.cgroupControllers == ["cpuset", "cpu", "io", "pids"])
    #expect(facts.swaps == [Swap(path: "/var/swap", bytes: 102_396 * 1024)])
    #expect(facts.rootDisk.kind == .sdCard && facts.rootDisk.name == "mmcblk0")
    #expect(facts.memoryBytes == 3_884_360 * 1024 && facts.cpuCount == 4)
    #expect(facts.throttling == [] && facts.temperatureMillicelsius == 44_300)
    #expect(facts.timeSync.service == .timesyncd && facts.timeSync.synchronized == true)
    #expect(facts.existingPaths.contains("/etc/dhcpcd.conf") && !facts.usesNetworkManager && !facts.usesNetworkd)
    #expect(facts.filesystems["/boot"]?.freeBytes == 512 * 417_730)
  }

  @Test("Raspberry Pi OS 12 on a Pi 4: its network, as the kernel prints it")
  func raspiOS12() throws {
    let facts = try Fixture.raspiOS12.facts
    let address = try #require(IPv4Address("192.168.1.12"))
    let interface = try #require(facts.interface(with: address))
    #expect(interface.name == "eth0" && interface.mac == "dc:a6:32:22:22:22" && interface.speedMegabits == 1000)
    #expect(interface.isPhysical && !interface.isWireless && interface.addresses.map(\.address) == [address])
    #expect(interface.addresses.map(\.isLeased) == [true])
    #expect(facts.interfaces.first { $0.name == "wlan0" }?.isWireless == true)
    #expect(facts.defaultRoute?.interface == "eth0" && facts.defaultRoute?.gateway == IPv4Address("192.168.1.1"))
    #expect(facts.resolvers == ["192.168.1.1"] && facts.usesNetworkManager)
    #expect(facts.throttling == [.underVoltageSinceBoot, .throttledSinceBoot])
    #expect(facts.throttling?.words == ["under-voltage since boot", "throttled since boot"])
    #expect(facts.listening.map(\.port) == [22] && facts.language == "en_GB.UTF-8")
  }

  @Test("Raspberry Pi OS 13 on a Pi 5: large pages, zram, NVMe")
  func raspiOS13() throws {
    let facts = try Fixture.raspiOS13.facts
    #expect(facts.pageSizeBytes == 16_384 && facts.rootDisk.kind == .nvme && facts.rootDisk.name == "nvme0n1")
    #expect(facts.swaps.map(\.isZram) == [true] && facts.packages["rpi-swap"] == "1.0")
    #expect(facts.modules["overlay"] == .loadable && facts.modules["nf_conntrack"] == .loadable)
    #expect(facts.sysctls["vm.overcommit_memory"] == Sysctl(value: "0", writable: true))
    #expect(facts.sysctls["net.bridge.bridge-nf-call-iptables"] == nil)
  }

  @Test("Debian 12 in a virtual machine: a removed package is not an installed one")
  func debian12() throws {
    let facts = try Fixture.debian12.facts
    #expect(facts.architecture == .amd64 && facts.model.isEmpty && !facts.canSetBootParameters)
    #expect(facts.packages["containerd"] == "1.6.20~ds1-1+deb12u1" && facts.packages["docker.io"] == nil)
    #expect(facts.installations.isEmpty && facts.firewall.backend == .nft && facts.firewall.droppingChains.isEmpty)
    #expect(facts.modules["overlay"] == .loaded && facts.modules["br_netfilter"] == .loadable)
    #expect(facts.timeSync.service == .chrony && facts.timeSync.synchronized == true)
    #expect(facts.rootDisk.kind == .virtual && facts.throttling == nil)
    #expect(!facts.hasManifest && facts.nodeRecord == nil)
  }

  @Test("A node of a running cluster on control groups of version 1")
  func clusterNode() throws {
    let facts = try Fixture.clusterNode.facts
    #expect(facts.hasManifest && facts.cgroupVersion == 1)
    #expect(facts.cgroupControllers.isSuperset(of: ["cpu", "cpuset", "memory", "pids"]))
    #expect(
      facts.listening.first { $0.port == 10257 }
        == ListeningPort(port: 10257, loopback: true, process: "kube-controller"))
    #expect(facts.listening.first { $0.port == 6443 } == ListeningPort(port: 6443, process: "kube-apiserver"))
  }

  @Test("A host with nearly everything wrong")
  func broken() throws {
    let facts = try Fixture.broken.facts
    #expect(facts.debianArchitecture == "armhf" && facts.architecture == nil && facts.machine == "aarch64")
    #expect(facts.installations == [.k3s, .kubeadm, .docker, .containerdIO, .podman])
    #expect(facts.filesystems["/"]?.readOnly == true && facts.filesystems["/boot"]?.readOnly == false)
    #expect(facts.firewall.droppingChains == ["iptables FORWARD", "inet firewall forward"])
    #expect(facts.firewall.hasDockerRules && facts.failedUnits == ["dhcpcd.service", "k3s.service"])
    #expect(facts.throttling?.hexadecimal == "0x50005" && facts.aptSchemes == ["cdrom"])
    #expect(facts.modules["overlay"] == .missing && facts.defaultRoute == nil)
  }

  @Test(
    "Every answer decodes, also with carriage returns, a greeting before it and NUL bytes in it",
    arguments: Fixture.allCases)
  func odd(_ fixture: Fixture) throws {
    let plain = try FactsProgram.decode(fixture.output)
    var odd = Array("Last login: today\r\n\r\n".utf8)
    for byte in try fixture.output {
      if byte == UInt8(ascii: "\n") { odd += [0, UInt8(ascii: "\r")] }
      odd.append(byte)
    }
    #expect(try FactsProgram.decode(odd) == plain)
  }

  @Test("Values that look like frames do not break the frames")
  func looksLikeFrame() throws {
    var text = String(decoding: try Fixture.debian12.output, as: UTF8.self)
    text = text.replacingOccurrences(of: "/etc/hostname:pi4", with: "/etc/hostname:@hearth-facts end:x=y")
    let facts = try FactsProgram.decode(Array(text.utf8))
    #expect(facts.staticHostname == "@hearth-facts end:x=y" && facts.osVersion == "12")
  }

  @Test("A clock is judged by the middle of the round trip")
  func clock() throws {
    let facts = try Fixture.raspiOS12.facts
    let offset = try #require(facts.clockOffset)
    #expect(offset.offset == .nanoseconds(882_611) && offset.uncertainty == .milliseconds(50))
  }
}
