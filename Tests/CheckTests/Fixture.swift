import Artifacts
import Diagnostics
import Foundation
import Inventory
import Provision

/// Answers of real-looking hosts, as the facts program prints them.
enum Fixture: String, CaseIterable, Sendable {
  case raspiOS11 = "raspios-11-pi4"
  case raspiOS12 = "raspios-12-pi4"
  case raspiOS13 = "raspios-13-pi5"
  case debian12 = "debian-12-vm"
  case clusterNode = "debian-12-cluster-node"
  case broken

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  var output: [UInt8] {
    get throws { try Array(Data(contentsOf: Fixture.folder.appending(path: "\(rawValue).facts"))) }
  }

  /// Read by an operator whose clock says 1795477700.1 to 1795477700.2.
  var facts: Facts {
    get throws {
      try FactsProgram.decode(
        output, before: .seconds(1_795_477_700) + .milliseconds(100),
        after: .seconds(1_795_477_700) + .milliseconds(200))
    }
  }
}

/// A rack whose nodes are named and addressed as in the fixtures.
enum TestRack {
  static func make(_ count: Int = 4, kubernetes: KubernetesVersion = KubernetesVersion(1, 36, 2)) -> Rack {
    let nodes = (1...count).map { index in
      Node(
        name: "pi\(index)", address: IPv4Address(bits: 0xC0A8_010A + UInt32(index)),
        roles: index == 1 ? [.controlPlane, .worker] : [.worker], slot: "\(index)")
    }
    return Rack(
      cluster: Cluster(name: "home", kubernetes: kubernetes), nodes: nodes,
      hardware: RackHardware(supply: .init(name: "shelf supply", model: "5 V 60 W")))
  }

  /// Facts of a node that nothing is wrong with.
  static func healthy(_ node: Node) -> Facts {
    var facts = Facts()
    facts.osID = "debian"
    facts.osVersion = "12"
    facts.osName = "Debian GNU/Linux 12 (bookworm)"
    facts.kernel = "6.12.25"
    facts.machine = "aarch64"
    facts.debianArchitecture = "arm64"
    facts.architecture = .arm64
    facts.model = "Raspberry Pi 4 Model B Rev 1.5"
    facts.serial = "serial-\(node.name)"
    facts.machineID = "machine-\(node.name)"
    facts.bootID = "boot-\(node.name)"
    facts.hostname = node.name
    facts.staticHostname = node.name
    facts.systemState = "running"
    facts.memoryBytes = 8 << 30
    facts.cpuCount = 4
    facts.throttling = []
    facts.temperatureMillicelsius = 45_000
    let room = Filesystem(
      type: "ext2/ext3", totalBytes: 64 << 30, freeBytes: 50 << 30, totalInodes: 1000, freeInodes: 900)
    facts.filesystems = ["/": room, "/var/lib": room, "/boot/firmware": room]
    facts.rootDisk.kind = .nvme
    facts.rootDisk.name = "nvme0n1"
    facts.cgroupControllers = ["cpu", "cpuset", "io", "memory", "pids"]
    facts.modules = ["overlay": .loadable, "br_netfilter": .loadable, "nf_conntrack": .loaded]
    facts.clockOffset = ClockOffset(offset: .milliseconds(3), uncertainty: .milliseconds(10))
    facts.timeSync.service = .chrony
    facts.timeSync.synchronized = true
    facts.interfaces = [
      NetworkInterface(
        name: "eth0", mac: "dc:a6:32:00:00:\(node.name)", addresses: [.init(node.address, prefix: 24)],
        isPhysical: true, speedMegabits: 1000)
    ]
    facts.defaultRoute = IPv4Address("192.168.1.1").map { DefaultRoute(interface: "eth0", gateway: $0) }
    facts.resolvers = ["192.168.1.1"]
    facts.aptSchemes = ["http"]
    facts.existingPaths = ["/boot/firmware/cmdline.txt"]
    return facts
  }

  static func healthy(_ rack: Rack) -> [String: Facts] {
    Dictionary(uniqueKeysWithValues: rack.nodes.map { ($0.name, healthy($0)) })
  }
}

/// A text kept beside the tests; `HEARTH_REWRITE=1` writes it anew.
enum Golden {
  static func matches(_ text: String, at url: URL) throws -> Bool {
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    return try String(contentsOf: url, encoding: .utf8) == text
  }
}
