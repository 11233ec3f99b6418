import Artifacts
package import Inventory
package import Provision

extension Facts {
  /// Facts of a node that nothing is wrong with.
  package static func healthy(_ node: Node) -> Facts {
    var facts = Facts()
    facts.osID = "debian"
    facts.osVersion = "12"
    facts.osName = "Debian GNU/Linux 12 (bookworm)"
    facts.kernel = "6.12.93"
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
}
