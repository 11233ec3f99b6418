import Diagnostics
import Foundation
import Inventory
import Preflight
import Provision
import TestSupport
import Testing

@Suite("Host preparation")
struct HostPreparationTests {
  /// What the phase holds for one host.
  private func resources(_ fixture: Fixture, as host: String, needs: HostNeeds = HostNeeds()) throws -> [Resource] {
    let facts = try fixture.facts
    let phase = try HostPreparation.phase(rack: TestRack.make(), facts: [host: facts], needs: [host: needs])
    #expect(Set(phase.resources.keys) == [host])
    return try #require(phase.resources[host])
  }

  private func content(_ path: String, in resources: [Resource]) -> String? {
    resources.compactMap { resource -> String? in
      guard case .file(let file) = resource, file.path == path else { return nil }
      return String(decoding: file.content, as: UTF8.self)
    }.first
  }

  @Test("Raspberry Pi OS 11 as control plane")
  func raspiOS11() throws {
    let all = try resources(
      .raspiOS11, as: "pi1",
      needs: HostNeeds(
        packages: .init(["haproxy", "containerd"], held: ["containerd"]), maskedUnits: ["etcd.service"]))
    let ids = all.map(\.id)
    #expect(ids.first == "boot parameters")
    #expect(ids.contains("hostname") && ids.contains("hosts") && ids.contains("swap off"))
    #expect(ids.contains("packages haproxy containerd chrony"))
    let mask = try #require(ids.firstIndex(of: "unit etcd.service"))
    let packages = try #require(ids.firstIndex(of: "packages haproxy containerd chrony"))
    #expect(mask < packages)
    #expect(ids.contains("kernel module br_netfilter") && ids.contains("sysctl net.bridge.bridge-nf-call-iptables"))
    #expect(ids.contains("dhcpcd ignores pods") && !ids.contains("unit NetworkManager.service"))
    #expect(content("/etc/systemd/journald.conf.d/90-hearth.conf", in: all)?.contains("SystemMaxUse=100M") == true)
    let chrony = try #require(content("/etc/chrony/conf.d/hearth.conf", in: all))
    #expect(chrony.contains("local stratum 10 orphan") && chrony.contains("allow 192.168.1.12\n"))
    #expect(!chrony.contains("server "))
    #expect(Set(ids).count == ids.count)
  }

  @Test("Raspberry Pi OS 12 as worker keeps its time service and NetworkManager")
  func raspiOS12() throws {
    let all = try resources(.raspiOS12, as: "pi2")
    let ids = all.map(\.id)
    #expect(ids.contains("unit systemd-timesyncd.service") && !ids.contains("unit chrony.service"))
    #expect(content("/etc/systemd/timesyncd.conf.d/90-hearth.conf", in: all)?.contains("NTP=192.168.1.11\n") == true)
    #expect(ids.contains("unit NetworkManager.service") && !ids.contains("dhcpcd ignores pods"))
    #expect(!ids.contains { $0.hasPrefix("packages ") })
  }

  @Test("A machine whose memory controller works gets no boot parameters")
  func debian12() throws {
    let all = try resources(.debian12, as: "pi4")
    let ids = all.map(\.id)
    #expect(!ids.contains("boot parameters") && ids.contains("kernel module overlay"))
    #expect(content("/etc/chrony/conf.d/hearth.conf", in: all)?.contains("server 192.168.1.11 iburst") == true)
  }

  @Test("Boot parameters stay wanted once they work, or the next boot would lack them")
  func bootParametersStay() throws {
    let rack = TestRack.make(1)
    var facts = Facts.healthy(rack.nodes[0])
    func wanted() throws -> Bool {
      try HostPreparation.phase(rack: rack, facts: ["pi1": facts]).resources["pi1"]?.contains {
        $0.id == "boot parameters"
      }
        ?? false
    }
    #expect(try !wanted())
    facts.kernelCommandLine = "cgroup_disable=memory root=/dev/mmcblk0p2 cgroup_enable=memory cgroup_memory=1"
    #expect(try wanted())
    facts.existingPaths = []
    #expect(try !wanted())
  }

  @Test("In a container nothing is asked that it cannot do")
  func container() throws {
    let rack = TestRack.make(1)
    var facts = Facts.healthy(rack.nodes[0])
    facts.canSetTime = false
    facts.canLoadModules = false
    facts.modules = ["overlay": .builtIn, "br_netfilter": .builtIn, "nf_conntrack": .builtIn]
    facts.sysctls = [
      "net.ipv4.ip_forward": Sysctl(value: "0", writable: true),
      "kernel.panic": Sysctl(value: "0", writable: false),
    ]
    let phase = try HostPreparation.phase(
      rack: rack, facts: ["pi1": facts], needs: ["pi1": HostNeeds(sysctls: ["net.netfilter.nf_conntrack_max": "1"])])
    let ids = try #require(phase.resources["pi1"]).map(\.id)
    #expect(ids.filter { $0.hasPrefix("sysctl ") } == ["sysctl net.ipv4.ip_forward"])
    #expect(!ids.contains { $0.hasPrefix("kernel module") || $0.contains("chrony") || $0.contains("timesync") })
  }

  @Test("dhcpcd's line is asked for until it is there, and added once")
  func dhcpcd() throws {
    let all = try resources(.raspiOS11, as: "pi1")
    let custom = try #require(
      all.compactMap { resource -> Resource.Custom? in
        guard case .custom(let custom) = resource else { return nil }
        return custom
      }.first)
    #expect(custom.judge(1, []) == [FieldChange("line", from: nil, to: "denyinterfaces cni0 veth*")])
    #expect(custom.judge(0, []).isEmpty)
    #expect(try custom.program().script.contains("denyinterfaces cni0 veth*"))
  }
}
