package import Artifacts

/// What a host says of itself in one round trip. Pure data; `FactsProgram` collects it, `check` judges it.
package struct Facts: Sendable, Equatable {
  /// `ID`, `VERSION_ID` and `VERSION_CODENAME` of `/etc/os-release`.
  package var osID = ""
  package var osVersion = ""
  package var osCodename = ""
  package var kernel = ""
  /// Of the userland (`dpkg --print-architecture`), which decides what binaries run; nil for anything else.
  package var architecture: Architecture?
  /// `uname -m`.
  package var machine = ""
  /// `/proc/device-tree/model`, such as `Raspberry Pi 4 Model B Rev 1.4`; empty elsewhere.
  package var model = ""
  /// `/proc/device-tree/serial-number`; empty elsewhere.
  package var serial = ""
  package var machineID = ""
  package var hostname = ""
  package var memoryBytes = 0
  package var cpuCount = 0
  package var pageSizeBytes = 4096
  /// 1 or 2.
  package var cgroupVersion = 2
  package var cgroupControllers: Set<String> = []
  /// False in containers without CAP_SYS_RESOURCE: oom_score_adj cannot be lowered there.
  package var canLowerOOMScore = true
  /// False where `net.netfilter.nf_conntrack_max` is read-only, as in a network namespace.
  package var canSetConntrackMax = true
  package var hasSystemd = true
  /// Content of `/etc/hearth/node.json`, where earlier runs kept what must survive; nil on a fresh host.
  package var nodeRecord: String?

  package init() {}
}
