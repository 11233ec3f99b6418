/// What one host answered to an ``ObservationRequest``. Only what was asked for is filled in.
package struct HostState: Sendable, Equatable {
  /// Changes at each boot.
  package var bootID = ""
  /// The host's own clock, in seconds since 1970, and its uptime at the same moment; read only where units need it.
  package var clock: Double?
  package var uptimeSeconds = 0.0
  /// Id of the last run that changed something here; empty if none did since hearth came here.
  package var lastRun = ""
  /// Who holds the host.
  package var lock: HostLock?
  /// An earlier run's program that was still working when this observation began; it has ended since.
  package var leftover: LeftoverJob?

  package var stats: [String: FileStat] = [:]
  /// Path to lower-case SHA-256 of regular files.
  package var sums: [String: String] = [:]
  /// Whole content of files that were asked for, or that differ from what is wanted and may be shown.
  package var contents: [String: [UInt8]] = [:]
  /// Path to text of small virtual files such as those of `/proc/sys`, without the last newline.
  package var values: [String: String] = [:]
  package var packages: [String: PackageState] = [:]
  package var units: [String: UnitState] = [:]
  /// Nil where systemd does not run.
  package var hasSystemd = true
  /// Kernel modules that are loaded or built in, among those asked for.
  package var modules: Set<String> = []
  /// User name to home folder.
  package var users: [String: String] = [:]
  /// Resource id to what its probe said.
  package var probes: [String: ProbeResult] = [:]
  package var swap = SwapState()
  package var sysctlFiles = SysctlFiles()

  package init() {}
}

package struct FileStat: Sendable, Equatable {
  package enum Kind: Sendable, Equatable { case file, directory, symlink(target: String), other }
  package var kind: Kind
  package var mode: UInt16
  /// `user:group`, by name and by number.
  package var owner: String
  package var numericOwner: String
  package var bytes: Int
  /// Seconds since 1970, by the host's clock.
  package var modified: Double
}

package struct PackageState: Sendable, Equatable {
  package var version: String
  /// Unpacked and configured.
  package var installed: Bool
  package var held: Bool
}

package struct UnitState: Sendable, Equatable {
  /// `loaded`, `not-found`, `masked`, `error`.
  package var load: String
  /// `active`, `inactive`, `failed`, `activating` and so on.
  package var active: String
  /// `enabled`, `disabled`, `static`, `masked`, `generated` and so on; empty if there is no such file.
  package var file: String
  /// Microseconds after boot at which it became active; 0 if it did not.
  package var activeSinceMicroseconds: Int
  /// The same for its last change of state; a reload is one, but no new beginning.
  package var stateSinceMicroseconds = 0
  package var needsReload: Bool
}

package struct ProbeResult: Sendable, Equatable {
  package var status: Int32
  package var output: [UInt8]
}

package struct SwapState: Sendable, Equatable {
  /// Devices and files that are in use as swap now.
  package var active: [String] = []
  /// Lines of `/etc/fstab` that would bring swap back at boot.
  package var fstab: [String] = []
  /// Enabled units and configurations that would bring swap back at boot.
  package var providers: [String] = []
}
