/// Everything that `hearth check` looks for. Its words stand in `CheckRule+Words.swift`, in the same order.
package enum CheckRule: String, Sendable, CaseIterable, Codable {
  // Access
  case unreachable
  case notRoot = "not-root"

  // System
  case notDebian = "not-debian"
  case systemTooOld = "system-too-old"
  case systemOutOfSupport = "system-out-of-support"
  case systemEnds = "system-ends"
  case libraryTooOld = "library-too-old"
  case releaseEnds = "release-ends"
  case userland32Bit = "userland-32-bit"
  case unsupportedArchitecture = "unsupported-architecture"
  case mixedArchitectures = "mixed-architectures"
  case noSystemd = "no-systemd"
  case failedUnits = "failed-units"
  case largePages = "large-pages"
  case rootReadOnly = "root-read-only"
  case rootVolatile = "root-volatile"
  case bootLineLost = "boot-line-lost"
  case bootLineUnusable = "boot-line-unusable"
  case bootReadOnly = "boot-partition-read-only"
  case rebootPending = "reboot-pending"
  case noAptSource = "no-apt-source"
  case unattendedReboot = "unattended-reboot"

  // Hardware
  case memoryTooSmall = "memory-too-small"
  case memorySmall = "memory-small"
  case underVoltageNow = "under-voltage-now"
  case underVoltageBefore = "under-voltage-before"
  case throttledNow = "throttled-now"
  case throttledBefore = "throttled-before"
  case hot

  // Storage
  case diskTooFull = "disk-too-full"
  case diskNearlyFull = "disk-nearly-full"
  case fewInodes = "few-inodes"
  case bootPartitionFull = "boot-partition-full"
  case etcdOnSDCard = "etcd-on-sd-card"
  case etcdOnSlowDisk = "etcd-on-slow-disk"
  case volumesOnSDCard = "volumes-on-sd-card"
  case swapOn = "swap-on"
  case zramOn = "zram-on"

  // Kernel
  case memoryControllerOff = "memory-controller-off"
  case memoryControllerMissing = "memory-controller-missing"
  case memoryControllerIgnored = "memory-controller-ignored"
  case controllersMissing = "controllers-missing"
  case cgroupV1 = "cgroup-v1"
  case moduleMissing = "module-missing"
  case moduleLocked = "module-locked"
  case kernelKnownBad = "kernel-known-bad"
  case sysctlOverruled = "sysctl-overruled"
  case forwardingDropped = "forwarding-dropped"
  case inputDropped = "input-dropped"

  // Time
  case clockWrong = "clock-wrong"
  case clockOff = "clock-off"
  case clocksDiffer = "clocks-differ"
  case noTimeSync = "no-time-sync"
  case notSynchronized = "not-synchronized"
  case clockNotSettable = "clock-not-settable"
  case severalTimeServices = "several-time-services"
  case timeServiceReplaced = "time-service-replaced"

  // Identity
  case sameMachine = "same-machine"
  case noMachineID = "no-machine-id"
  case duplicateMachineID = "duplicate-machine-id"
  case duplicateSerial = "duplicate-serial"
  case duplicateMAC = "duplicate-mac"
  case duplicateHostname = "duplicate-hostname"
  case hostnameDiffers = "hostname-differs"
  case cloudInitHosts = "cloud-init-hosts"
  case cloudInitName = "cloud-init-name"

  // Network
  case addressMissing = "address-missing"
  case addressOnVPN = "address-on-vpn"
  case addressLeased = "address-leased"
  case addressNotKept = "address-not-kept"
  case notOneSegment = "not-one-segment"
  case networkOverlap = "network-overlap"
  case noDefaultGateway = "no-default-gateway"
  case noResolver = "no-resolver"
  case loopbackResolver = "loopback-resolver"
  case wireless
  case slowLink = "slow-link"
  case portTaken = "port-taken"
  case portUnreachable = "port-unreachable"
  case serviceAddressElsewhere = "service-address-elsewhere"
  case serviceAddressTaken = "service-address-taken"
  case policiesUnenforced = "policies-unenforced"

  // Other software
  case foundK3s = "found-k3s"
  case foundRKE2 = "found-rke2"
  case foundMicroK8s = "found-microk8s"
  case foundK0s = "found-k0s"
  case foundKubeadm = "found-kubeadm"
  case foundNetworkPlugin = "found-network-plugin"
  case foundPodNetwork = "found-pod-network"
  case foundEtcdData = "found-etcd-data"
  case foundContainerdIO = "found-containerd-io"
  case foundDocker = "found-docker"
  case foundPodman = "found-podman"
  case containerdTooNew = "containerd-too-new"

  // WebAssembly
  case wasmShimBlocked = "wasm-shim-blocked"
  case wasmLittleMemory = "wasm-little-memory"
}

extension CheckRule {
  package enum Severity: String, Sendable, CaseIterable, Codable, Comparable {
    /// The cluster would not come up, or not stay up.
    case error
    /// It works, with a loss that will be felt.
    case warning
    /// Good to know.
    case info

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .info: 2
      }
    }
    /// The gravest first.
    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
  }

  package var severity: Severity { words.severity }
  /// What is wrong, a few words.
  package var title: String { words.title }
  /// What to do about it.
  package var remedy: String { words.remedy }
  /// `hearth up` fixes it itself.
  package var fixedByUp: Bool { words.fixedByUp }

  /// What hearth says of a rule.
  struct Words {
    var severity: Severity
    var title: String
    var remedy: String
    var fixedByUp: Bool

    init(_ severity: Severity, _ title: String, _ remedy: String, fixedByUp: Bool = false) {
      self.severity = severity
      self.title = title
      self.remedy = remedy
      self.fixedByUp = fixedByUp
    }
  }
}
