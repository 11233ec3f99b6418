import Artifacts
import Inventory
@testable import Preflight
import Provision
import Units

/// A breakage for every rule.
enum Breakages {
  static let all = system + hardware + storage + kernel + time + identity + network + software + webAssembly

  static let system: [Breakage] = [
    Breakage(rule: .notRoot) { $0.isRoot = false },
    Breakage(rule: .notDebian) { $0.osID = "alpine" },
    Breakage(rule: .systemTooOld) { $0.osVersion = "10" },
    Breakage(rule: .systemOutOfSupport) { $0.osVersion = "11" },
    Breakage(rule: .systemEnds, today: Day("2028-05-01")) { _ in },
    Breakage(rule: .libraryTooOld, kubernetes: KubernetesVersion(1, 36, 3)) { $0.osVersion = "11" },
    Breakage(rule: .libraryTooOld, kubernetes: KubernetesVersion(1, 36, 3)) { $0.packages["libc6"] = "2.34-1" },
    Breakage(rule: .releaseEnds, host: nil, today: Day("2027-05-01")) { _ in },
    Breakage(rule: .userland32Bit) { $0.setArchitecture("armhf", nil) },
    Breakage(rule: .unsupportedArchitecture) { $0.setArchitecture("riscv64", nil, machine: "riscv64") },
    Breakage(rule: .mixedArchitectures, host: nil) { $0.setArchitecture("amd64", .amd64, machine: "x86_64") },
    Breakage(rule: .noSystemd) { $0.hasSystemd = false },
    Breakage(rule: .failedUnits) {
      $0.systemState = "degraded"
      $0.failedUnits = ["cups.service"]
    },
    Breakage(rule: .largePages) { $0.pageSizeBytes = 16_384 },
    Breakage(rule: .rootReadOnly) { $0.filesystems["/"]?.readOnly = true },
    Breakage(rule: .rootVolatile) { $0.rootDisk.volatile = true },
    Breakage(rule: .bootLineLost) {
      $0.kernelCommandLine = "coherent_pool=1M root=PARTUUID=1-02 rootwait"
      $0.boot = BootConfiguration(path: "/boot/firmware/cmdline.txt", words: [])
    },
    Breakage(rule: .bootLineUnusable) {
      $0.boot = BootConfiguration(path: "/boot/firmware/cmdline.txt", words: ["cgroup_enable=memory"])
    },
    Breakage(rule: .bootReadOnly) {
      $0.cgroupControllers.remove("memory")
      $0.boot = BootConfiguration(path: "/boot/firmware/cmdline.txt", words: ["root=/dev/sda2"], isReadOnly: true)
    },
    Breakage(rule: .unattendedReboot) {
      $0.existingPaths.insert("/usr/bin/unattended-upgrade")
      $0.aptSettings = [
        Setting(path: "/etc/apt/apt.conf.d/52", line: 3, text: #"Unattended-Upgrade::Automatic-Reboot "true";"#)
      ]
    },
    Breakage(rule: .rebootPending) { $0.existingPaths.insert("/run/reboot-required") },
    Breakage(rule: .noAptSource) { $0.aptSchemes = ["cdrom"] },
  ]

  static let hardware: [Breakage] = [
    Breakage(rule: .memoryTooSmall) { $0.memoryBytes = 512 << 20 },
    Breakage(rule: .memorySmall) { $0.memoryBytes = 1024 << 20 },
    Breakage(rule: .underVoltageNow) { $0.throttling = Throttling(rawValue: 0x50005) },
    Breakage(rule: .underVoltageBefore) { $0.throttling = Throttling(rawValue: 0x50000) },
    Breakage(rule: .throttledNow) { $0.throttling = [.softTemperatureLimitNow] },
    Breakage(rule: .throttledBefore) { $0.throttling = [.frequencyCappedSinceBoot] },
    Breakage(rule: .hot) { $0.temperatureMillicelsius = 81_000 },
  ]

  static let storage: [Breakage] = [
    Breakage(rule: .diskTooFull) { $0.filesystems["/var/lib"]?.freeBytes = 1 << 30 },
    Breakage(rule: .diskNearlyFull) { $0.filesystems["/var/lib"]?.freeBytes = 8 << 30 },
    Breakage(rule: .fewInodes) { $0.filesystems["/var/lib"]?.freeInodes = 20 },
    Breakage(rule: .bootPartitionFull) { $0.filesystems["/boot/firmware"]?.freeBytes = 4096 },
    Breakage(rule: .etcdOnSDCard) { $0.rootDisk.kind = .sdCard },
    Breakage(rule: .etcdOnSlowDisk) {
      $0.rootDisk.kind = .usb
      $0.rootDisk.rotational = true
    },
    Breakage(rule: .volumesOnSDCard, storage: LocalStorage()) {
      $0.rootDisk.kind = .sdCard
      $0.mountPoints = ["/", "/boot/firmware", "/var/lib/hear"]
    },
    Breakage(rule: .swapOn) { $0.swaps = [Swap(path: "/dev/sda2", bytes: 1 << 30)] },
    Breakage(rule: .zramOn) { $0.swaps = [Swap(path: "/dev/zram0", bytes: 1 << 30)] },
  ]

  static let kernel: [Breakage] = [
    Breakage(rule: .memoryControllerOff) { $0.cgroupControllers.remove("memory") },
    Breakage(rule: .memoryControllerMissing) {
      $0.cgroupControllers.remove("memory")
      $0.model = ""
    },
    Breakage(rule: .memoryControllerIgnored) {
      $0.cgroupControllers.remove("memory")
      $0.kernelCommandLine = "cgroup_disable=memory root=/dev/sda2 cgroup_enable=memory"
    },
    Breakage(rule: .controllersMissing) { $0.cgroupControllers.remove("cpuset") },
    Breakage(rule: .cgroupV1, kubernetes: KubernetesVersion(1, 35, 0)) { $0.cgroupVersion = 1 },
    Breakage(rule: .moduleMissing) { $0.modules["br_netfilter"] = .missing },
    Breakage(rule: .moduleLocked) { $0.canLoadModules = false },
    Breakage(rule: .kernelKnownBad) { $0.kernel = "6.12.75+rpt-rpi-v8" },
    Breakage(rule: .sysctlOverruled) {
      $0.sysctlFiles = SysctlFiles(
        lines: [Setting(path: "/etc/sysctl.d/zz.conf", line: 2, text: "net.ipv4.ip_forward=0")],
        files: ["/etc/sysctl.d/zz.conf"])
    },
    Breakage(rule: .inputDropped) {
      $0.firewall.inputs = [PacketFilter(name: "iptables INPUT", entry: "INPUT", acceptsByDefault: false)]
    },
    Breakage(rule: .forwardingDropped) { $0.firewall.droppingChains = ["iptables FORWARD"] },
  ]

  static let time: [Breakage] = [
    Breakage(rule: .clockWrong) { $0.setClock(.seconds(-90)) },
    Breakage(rule: .clockOff) { $0.setClock(.seconds(20)) },
    Breakage(rule: .clocksDiffer, host: nil) { $0.setClock(.milliseconds(1_500)) },
    Breakage(rule: .noTimeSync) { $0.timeSync.service = nil },
    Breakage(rule: .notSynchronized) { $0.timeSync.synchronized = false },
    Breakage(rule: .clockNotSettable) { $0.canSetTime = false },
    Breakage(rule: .severalTimeServices) { $0.timeSync.services = [.chrony, .ntpd] },
    Breakage(rule: .timeServiceReplaced) {
      $0.timeSync.service = .openntpd
      $0.timeSync.services = [.openntpd]
    },
  ]

  static let identity: [Breakage] = [
    Breakage(rule: .sameMachine, host: nil) { $0.bootID = "boot-pi2" },
    Breakage(rule: .noMachineID) { $0.machineID = "" },
    Breakage(rule: .duplicateMachineID, host: nil) { $0.machineID = "machine-pi2" },
    Breakage(rule: .duplicateSerial, host: nil) { $0.serial = "serial-pi2" },
    Breakage(rule: .duplicateMAC, host: nil) { $0.interfaces[0].mac = "dc:a6:32:00:00:pi2" },
    Breakage(rule: .duplicateHostname, host: nil) { $0.hostname = "pi2" },
    Breakage(rule: .hostnameDiffers) { $0.staticHostname = "raspberrypi" },
    Breakage(rule: .cloudInitHosts) {
      $0.existingPaths.insert("/usr/bin/cloud-init")
      $0.cloudSettings = [Setting(path: "/boot/firmware/user-data", line: 4, text: "manage_etc_hosts: true")]
    },
    Breakage(rule: .cloudInitName) {
      $0.existingPaths.insert("/usr/bin/cloud-init")
      $0.cloudSettings = [Setting(path: "/boot/firmware/user-data", line: 4, text: "preserve_hostname: false")]
    },
  ]

  static let network: [Breakage] = [
    Breakage(rule: .serviceAddressElsewhere, serviceAddresses: AddressRange("192.168.1.200-219")) {
      $0.interfaces[0].addresses[0].prefix = 26
    },
    Breakage(rule: .addressMissing) { $0.interfaces[0].addresses = [] },
    Breakage(rule: .addressOnVPN) {
      $0.interfaces[0].name = "wg0"
      $0.interfaces[0].isPhysical = false
    },
    Breakage(rule: .addressLeased) { $0.interfaces[0].addresses[0].isLeased = true },
    Breakage(rule: .addressNotKept) {
      $0.interfaces[0].addresses.append(.init(IPv4Address(bits: 0xC0A8_01C8), prefix: 24))
      $0.configuredAddresses = ["192.168.1.200"]
    },
    Breakage(rule: .notOneSegment) { $0.interfaces[0].addresses[0].prefix = 32 },
    Breakage(rule: .networkOverlap) {
      $0.interfaces.append(.init(name: "eth1", addresses: [.init(IPv4Address(bits: 0x0AF4_0505), prefix: 24)]))
    },
    Breakage(rule: .noDefaultGateway) { $0.defaultRoute = nil },
    Breakage(rule: .noResolver) { $0.resolvers = [] },
    Breakage(rule: .loopbackResolver) { $0.resolvers = ["127.0.0.1"] },
    Breakage(rule: .wireless) { $0.interfaces[0].isWireless = true },
    Breakage(rule: .slowLink) { $0.interfaces[0].speedMegabits = 100 },
    Breakage(rule: .portTaken) { $0.listening = [ListeningPort(port: 10250, process: "java")] },
  ]

  static let software: [Breakage] = [
    Breakage(rule: .foundK3s) { $0.installations = [.k3s] },
    Breakage(rule: .foundRKE2) { $0.installations = [.rke2] },
    Breakage(rule: .foundMicroK8s) { $0.installations = [.microk8s] },
    Breakage(rule: .foundK0s) { $0.installations = [.k0s] },
    Breakage(rule: .foundKubeadm) { $0.installations = [.kubeadm] },
    Breakage(rule: .foundNetworkPlugin) { $0.networkPluginFiles = ["/etc/cni/net.d/10-flannel.conflist"] },
    Breakage(rule: .foundPodNetwork) {
      $0.interfaces.append(.init(name: "cni0", addresses: [.init(IPv4Address(bits: 0x0A2A_0101), prefix: 24)]))
    },
    Breakage(rule: .foundEtcdData) { $0.existingPaths.insert("/var/lib/etcd/member") },
    Breakage(rule: .foundContainerdIO) { $0.installations = [.containerdIO] },
    Breakage(rule: .foundDocker) { $0.installations = [.docker] },
    Breakage(rule: .foundPodman) { $0.installations = [.podman] },
    Breakage(rule: .containerdTooNew, kubernetes: KubernetesVersion(1, 20, 2)) { $0.packages["containerd"] = "2.1.3" },
  ]

  static let webAssembly: [Breakage] = [
    Breakage(rule: .wasmShimBlocked, webAssembly: .shim) { $0.cgroupVersion = 1 },
    Breakage(rule: .wasmShimBlocked, kubernetes: KubernetesVersion(1, 20, 2), webAssembly: .shim) {
      $0.packages["containerd"] = "1.6.20~ds1-1+deb12u1"
    },
    Breakage(rule: .wasmLittleMemory) { $0.memoryBytes = 900 << 20 },
  ]
}

extension Facts {
  fileprivate mutating func setArchitecture(_ debian: String, _ known: Architecture?, machine: String = "aarch64") {
    debianArchitecture = debian
    architecture = known
    self.machine = machine
  }

  fileprivate mutating func setClock(_ offset: Duration) {
    clockOffset = ClockOffset(offset: offset, uncertainty: .milliseconds(10))
  }
}
