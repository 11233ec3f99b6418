import Artifacts
import Inventory
import Provision

/// A breakage for every rule.
enum Breakages {
  static let all = system + hardware + storage + kernel + time + identity + network + software + webAssembly

  static let system: [Breakage] = [
    Breakage(rule: .notRoot) { $0.isRoot = false },
    Breakage(rule: .notDebian) { $0.osID = "alpine" },
    Breakage(rule: .systemTooOld) { $0.osVersion = "10" },
    Breakage(rule: .systemOutOfSupport) { $0.osVersion = "11" },
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
    Breakage(rule: .swapOn) { $0.swaps = [Swap(path: "/dev/sda2", bytes: 1 << 30)] },
    Breakage(rule: .zramOn) { $0.swaps = [Swap(path: "/dev/zram0", bytes: 1 << 30)] },
  ]

  static let kernel: [Breakage] = [
    Breakage(rule: .memoryControllerOff) { $0.cgroupControllers.remove("memory") },
    Breakage(rule: .memoryControllerMissing) {
      $0.cgroupControllers.remove("memory")
      $0.model = ""
    },
    Breakage(rule: .controllersMissing) { $0.cgroupControllers.remove("cpuset") },
    Breakage(rule: .cgroupV1, kubernetes: KubernetesVersion(1, 35, 0)) { $0.cgroupVersion = 1 },
    Breakage(rule: .moduleMissing) { $0.modules["br_netfilter"] = .missing },
    Breakage(rule: .moduleLocked) { $0.canLoadModules = false },
    Breakage(rule: .forwardingDropped) { $0.firewall.droppingChains = ["iptables FORWARD"] },
  ]

  static let time: [Breakage] = [
    Breakage(rule: .clockWrong) { $0.setClock(.seconds(-90)) },
    Breakage(rule: .clockOff) { $0.setClock(.seconds(20)) },
    Breakage(rule: .clocksDiffer, host: nil) { $0.setClock(.milliseconds(1_500)) },
    Breakage(rule: .noTimeSync) { $0.timeSync.service = nil },
    Breakage(rule: .notSynchronized) { $0.timeSync.synchronized = false },
    Breakage(rule: .clockNotSettable) { $0.canSetTime = false },
  ]

  static let identity: [Breakage] = [
    Breakage(rule: .sameMachine, host: nil) { $0.bootID = "boot-pi2" },
    Breakage(rule: .noMachineID) { $0.machineID = "" },
    Breakage(rule: .duplicateMachineID, host: nil) { $0.machineID = "machine-pi2" },
    Breakage(rule: .duplicateSerial, host: nil) { $0.serial = "serial-pi2" },
    Breakage(rule: .duplicateMAC, host: nil) { $0.interfaces[0].mac = "dc:a6:32:00:00:pi2" },
    Breakage(rule: .duplicateHostname, host: nil) { $0.hostname = "pi2" },
    Breakage(rule: .hostnameDiffers) { $0.staticHostname = "raspberrypi" },
  ]

  static let network: [Breakage] = [
    Breakage(rule: .addressMissing) { $0.interfaces[0].addresses = [] },
    Breakage(rule: .notOneSegment) { $0.interfaces[0].addresses[0].prefix = 32 },
    Breakage(rule: .networkOverlap) {
      $0.interfaces.append(.init(name: "eth1", addresses: [.init(IPv4Address(bits: 0x0AF4_0505), prefix: 24)]))
    },
    Breakage(rule: .noDefaultGateway) { $0.defaultRoute = nil },
    Breakage(rule: .noResolver) { $0.resolvers = [] },
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
