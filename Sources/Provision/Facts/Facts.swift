package import Artifacts
package import Inventory

/// What a host says of itself in one round trip. Pure data; `FactsProgram` collects it, `check` judges it.
package struct Facts: Sendable, Equatable {
  // MARK: System

  /// `ID` and `VERSION_ID` of `/etc/os-release`.
  package var osID = ""
  package var osVersion = ""
  /// `PRETTY_NAME`, for people.
  package var osName = ""
  package var kernel = ""
  /// `/proc/cmdline`.
  package var kernelCommandLine = ""
  /// A Pi's `cmdline.txt`; nil elsewhere.
  package var boot: BootConfiguration?
  /// Of the userland (`dpkg --print-architecture`), which decides what binaries run; nil for anything else.
  package var architecture: Architecture?
  /// The userland as Debian names it, such as `armhf`; empty where dpkg is missing.
  package var debianArchitecture = ""
  /// `uname -m`.
  package var machine = ""
  package var machineID = ""
  package var bootID = ""
  /// What the kernel says now, and what `/etc/hostname` says for the next boot.
  package var hostname = ""
  package var staticHostname = ""
  package var isRoot = true
  package var hasSystemd = true
  /// `running`, `degraded`, `starting`…; empty without systemd.
  package var systemState = ""
  package var failedUnits: [String] = []
  package var pageSizeBytes = 4096
  package var uptimeSeconds = 0.0

  // MARK: Hardware

  /// `/proc/device-tree/model`, such as `Raspberry Pi 4 Model B Rev 1.4`; empty elsewhere.
  package var model = ""
  /// `/proc/device-tree/serial-number`; empty elsewhere.
  package var serial = ""
  package var memoryBytes = 0
  package var availableMemoryBytes = 0
  package var cpuCount = 0
  /// Nil where neither `vcgencmd` nor the kernel tells.
  package var throttling: Throttling?
  package var temperatureMillicelsius: Int?

  // MARK: Storage

  /// By mount path: `/`, `/var/lib`, `/boot/firmware`, `/boot`.
  package var filesystems: [String: Filesystem] = [:]
  package var rootDisk = RootDisk()
  /// Where file systems are mounted; empty when unknown.
  package var mountPoints: [String] = []
  /// Active swap areas.
  package var swaps: [Swap] = []

  // MARK: Kernel

  /// 1 or 2.
  package var cgroupVersion = 2
  package var cgroupControllers: Set<String> = []
  /// False in containers without CAP_SYS_RESOURCE: oom_score_adj cannot be lowered there.
  package var canLowerOOMScore = true
  /// False where `net.netfilter.nf_conntrack_max` is read-only, as in a network namespace.
  package var canSetConntrackMax = true
  /// False in containers without CAP_SYS_TIME: no time daemon can steer the clock there.
  package var canSetTime = true
  /// False in containers without CAP_SYS_MODULE.
  package var canLoadModules = true
  /// Modules that pods and Services need; see ``ModuleState``.
  package var modules: [String: ModuleState] = [:]
  /// By dotted key, those that exist now.
  package var sysctls: [String: Sysctl] = [:]

  // MARK: Time

  /// Of the host's clock against the operator's; nil when the caller gave no times.
  package var clockOffset: ClockOffset?
  /// The host's clock, since 1970.
  package var clock: Duration = .zero
  package var timeSync = TimeSync()

  // MARK: Network

  package var interfaces: [NetworkInterface] = []
  package var defaultRoute: DefaultRoute?
  package var resolvers: [String] = []
  /// Name servers of `/run/systemd/resolve/resolv.conf`: those that systemd-resolved itself asks.
  package var resolvedUpstreams: [String] = []
  /// Where `/etc/resolv.conf` leads when it is a link; empty when it is a file.
  package var resolverLink = ""
  package var listening: [ListeningPort] = []
  package var firewall = Firewall()
  package var usesNetworkManager = false
  package var usesNetworkd = false
  /// Files of `/etc/cni/net.d`.
  package var networkPluginFiles: [String] = []
  /// Every address that a file of the host's network configuration names.
  package var configuredAddresses: Set<String> = []

  // MARK: At the next boot, and after updates

  package var sysctlFiles = SysctlFiles()
  /// Lines of cloud-init's files that concern the host's name and `/etc/hosts`.
  package var cloudSettings: [Setting] = []
  /// Lines of apt's configuration that concern unattended upgrades.
  package var aptSettings: [Setting] = []

  // MARK: Software

  /// Versions of installed Debian packages, of those that matter here.
  package var packages: [String: String] = [:]
  /// Other Kubernetes and container software.
  package var installations: Set<Installation> = []
  /// Schemes of the active apt sources, such as `http`.
  package var aptSchemes: Set<String> = []
  /// `LANG` of `/etc/default/locale`.
  package var language = ""
  /// Paths of the program's list that exist on the host.
  package var existingPaths: Set<String> = []
  /// Content of `/etc/hearth/node.json`, where earlier runs kept what must survive; nil on a fresh host.
  package var nodeRecord: String?
  /// hearth installed things here before.
  package var hasManifest = false

  package init() {}

  /// A Raspberry Pi, by its device tree.
  package var isRaspberryPi: Bool { model.hasPrefix("Raspberry Pi") }

  /// `/etc/resolv.conf` names systemd-resolved's own server on the loopback, whose real servers stand in another file.
  package var usesResolvedStub: Bool {
    !resolvers.isEmpty && resolvers.allSatisfy { $0 == "127.0.0.53" || $0 == "127.0.0.54" }
  }

  /// The interface that carries this address.
  package func interface(with address: IPv4Address) -> NetworkInterface? {
    interfaces.first { $0.addresses.contains { $0.address == address } }
  }
}
