import Foundation

/// Who runs hearth: stands in locks, so that a message can say who holds a host.
package struct RunIdentity: Sendable, Equatable, Codable {
  /// Random; names this run in locks, jobs and manifests.
  package var run: String
  /// `anna@laptop`.
  package var holder: String
  /// Tells one operator's machine from another of the same name.
  package var machine: String
  package var pid: Int32
  /// Tells a process from a later one with the same pid.
  package var processStart: String

  package init(run: String, holder: String, machine: String, pid: Int32, processStart: String) {
    self.run = run
    self.holder = holder
    self.machine = machine
    self.pid = pid
    self.processStart = processStart
  }

  package static func current() -> RunIdentity {
    let pid = ProcessInfo.processInfo.processIdentifier
    let host = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "unknown"
    return RunIdentity(
      run: String(UInt64.random(in: .min ... .max), radix: 16), holder: "\(word(NSUserName()))@\(word(host))",
      machine: word(machineID()), pid: pid, processStart: processStart(of: pid) ?? "0")
  }

  /// Whether the process that this identity names can no longer be alive: it ran on this machine and is gone.
  func isGone(seenFrom here: RunIdentity) -> Bool {
    machine == here.machine && Self.processStart(of: pid) != processStart
  }

  private static func machineID() -> String {
    let id = try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)
    return id?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ProcessInfo.processInfo.hostName
  }

  /// Field 22 of `/proc/PID/stat`: when the process started, in ticks after boot. On systems without `/proc` a living
  /// process has the start "0".
  private static func processStart(of pid: Int32) -> String? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
      return FileManager.default.fileExists(atPath: "/proc/self") || kill(pid, 0) != 0 ? nil : "0"
    }
    // The command's name, in parentheses, may hold spaces; fields are counted after it.
    guard let close = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: close)...].split(separator: " ")
    return fields.count > 19 ? String(fields[19]) : nil
  }

  /// One word of a line in a lock file: no spaces, never empty.
  private static func word(_ text: String) -> String {
    let clean = text.filter { $0.isASCII && !$0.isWhitespace }
    return clean.isEmpty ? "unknown" : clean
  }
}
