package import Diagnostics
import SSH
import Untrusted

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

extension HostState {
  /// Understands the answer of an ``ObserveProgram``.
  ///
  /// - Parameter waited: seconds that passed between the sections `busy` and `ended`, if there were any.
  init(
    _ result: ExecResult, of program: ObserveProgram, waited: Double?
  ) throws(HearthError) {
    self.init()
    let frames = FrameReader.frames(in: result.standardOutput, nonce: program.nonce)
    guard frames.last?.title == "complete" || frames.last?.title == "stuck" else {
      throw HearthError(
        .remoteCommand, "the observation broke off with status \(result.status)",
        hint: "run the command again; if it happens each time, look at the host's own log",
        output: result.errorText.lastLines(10), command: "journalctl -n 50")
    }
    for frame in frames { read(frame, probeIDs: program.probeIDs) }
    leftover?.waitedSeconds = waited ?? 0
  }

  /// Seconds since a boot or since 1970 that can be: a little over three hundred years.
  static let times = 0...1e10
  private static let microseconds = 0...10_000_000_000_000_000

  mutating func read(_ frame: Frame, probeIDs: [String]) {
    let text = String(decoding: frame.content, as: UTF8.self)
    let lines = text.byteLines.filter { !$0.isEmpty }
    let line = String(lines.first ?? "")
    switch frame.title {
    case "busy":
      let owner = HostLock(line: String(lines.last ?? ""))?.owner
      leftover = LeftoverJob(
        run: owner?.run ?? "", holder: owner?.holder ?? "", waitedSeconds: 0, stillRunning: false)
    case "ended": leftover?.outcome = line.split(separator: " ").dropFirst(2).first.map(String.init) ?? ""
    case "stuck": leftover?.stillRunning = true
    case "host":
      let words = line.split(separator: " ")
      bootID = NamePattern.bootID.optional(words.first) ?? ""
      uptimeSeconds = words.last.flatMap { Double(checked: $0, in: Self.times) } ?? 0
    case "lock": lock = HostLock(line: line)
    case "last-run": lastRun = line
    case "stat": for line in lines { readStat(line) }
    case "sums", "large-sums": for line in lines { readSum(line) }
    case "values": readValues(lines)
    case "packages": readPackages(lines)
    case "units": readUnits(text, status: frame.status)
    case "clock":
      let words = line.split(separator: " ").compactMap { Double(checked: $0, in: Self.times) }
      if words.count == 2 { (uptimeSeconds, clock) = (words[0], words[1]) }
    case "users":
      for line in lines {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        if fields.count > 5 { users[String(fields[0])] = String(fields[5]) }
      }
    case "modules": modules = Set(lines.map(String.init))
    case "sysctl-files":
      sysctlFiles = SysctlFiles(
        lines: lines.compactMap { Setting($0) }, files: lines.filter { !$0.contains(":") }.map(String.init))
    case "swaps": swap.active = lines.compactMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) }
    case "fstab": swap.fstab = lines.map(String.init)
    case "swap-providers": swap.providers = lines.map(String.init)
    default:
      if frame.title.hasPrefix("content ") {
        contents[String(frame.title.dropFirst(8))] = frame.content
      } else if frame.title.hasPrefix("probe "), let index = Int(checked: frame.title.dropFirst(6), in: 0...1_000_000) {
        if probeIDs.indices.contains(index) {
          probes[probeIDs[index]] = ProbeResult(status: frame.status, output: frame.content)
        }
      }
    }
  }

  /// `81a4 0:0 root:root 1424 1763941234.123456789 /etc/x`, with ` -> target` behind a symbolic link's path.
  private mutating func readStat(_ line: Substring) {
    let fields = line.split(separator: " ", maxSplits: 5)
    guard fields.count == 6, let raw = UInt32(checked: fields[0], radix: 16),
      let bytes = Int(checked: fields[3], in: 0...Int.max)
    else { return }
    var path = String(fields[5])
    let kind: FileStat.Kind
    switch raw & 0o170000 {
    case 0o100000: kind = .file
    case 0o040000: kind = .directory
    case 0o120000:
      guard let arrow = path.firstRange(of: " -> ") else { return }
      kind = .symlink(target: String(path[arrow.upperBound...]))
      path = String(path[..<arrow.lowerBound])
    default: kind = .other
    }
    stats[path] = FileStat(
      kind: kind, mode: UInt16(raw & 0o7777), owner: String(fields[2]), numericOwner: String(fields[1]), bytes: bytes,
      modified: Double(checked: fields[4], in: -Self.times.upperBound...Self.times.upperBound) ?? 0)
  }

  /// `<64 hex digits>  path`, or ` *path` where the tool read it as binary.
  private mutating func readSum(_ line: Substring) {
    guard line.utf8.count > 66 else { return }
    sums[String(line.dropFirst(66))] = String(line.prefix(64))
  }

  /// `path:text`; no path that is asked for holds a colon.
  private mutating func readValues(_ lines: [Substring]) {
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let path = String(line[..<colon])
      let text = String(line[line.index(after: colon)...])
      values[path] = values[path].map { "\($0)\n\(text)" } ?? text
    }
  }

  /// Lines of dpkg's status file, `Key: value`. What `grep` shows may end in the middle of a package, but never before
  /// the version of one that was asked for.
  private mutating func readPackages(_ lines: [Substring]) {
    var name = ""
    var status: [Substring] = []
    for line in lines {
      guard let colon = line.firstRange(of: ": ") else { continue }
      let value = line[colon.upperBound...]
      switch line[..<colon.lowerBound] {
      case "Package": (name, status) = (String(value), [])
      // What is wanted of it, its flag, what it is: `hold ok installed`.
      case "Status": status = value.split(separator: " ")
      case "Version" where status.count == 3:
        packages[name] = PackageState(
          version: String(value), installed: status[2] == "installed", held: status[0] == "hold")
      default: break
      }
    }
  }

  /// Blocks of `Key=value`, with an empty line between two units.
  private mutating func readUnits(_ text: String, status: Int32) {
    hasSystemd = status == 0
    for block in text.byteLines.split(separator: "") {
      var fields: [Substring: Substring] = [:]
      for line in block {
        guard let equals = line.firstIndex(of: "=") else { continue }
        fields[line[..<equals]] = line[line.index(after: equals)...]
      }
      let state = UnitState(
        load: String(fields["LoadState"] ?? ""), active: String(fields["ActiveState"] ?? ""),
        file: String(fields["UnitFileState"] ?? ""),
        activeSinceMicroseconds: fields["ActiveEnterTimestampMonotonic"].flatMap {
          Int(checked: $0, in: Self.microseconds)
        } ?? 0,
        stateSinceMicroseconds: fields["StateChangeTimestampMonotonic"].flatMap {
          Int(checked: $0, in: Self.microseconds)
        } ?? 0,
        needsReload: fields["NeedDaemonReload"] == "yes")
      // A unit answers to all its names: `ssh.service` is `sshd.service` as well.
      for name in (fields["Names"] ?? fields["Id"] ?? "").split(separator: " ") + [fields["Id"] ?? ""] {
        units[String(name)] = state
      }
    }
  }
}

/// What was seen on the hosts in one round trip each: real state, read just now, never a stamp or a cached hash.
package struct Observation: Sendable {
  package var hosts: [String: HostState]
  /// Hosts that could not be observed, or that somebody else holds.
  package var failures: [String: HearthError]

  package init(hosts: [String: HostState] = [:], failures: [String: HearthError] = [:]) {
    self.hosts = hosts
    self.failures = failures
  }
}
