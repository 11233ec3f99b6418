import Foundation

/// One process of one running system, so that another process can tell whether it is still alive.
package struct ProcessIdentity: Sendable, Equatable, Codable {
  /// The running system: machine id, boot id and process namespace. Nil where one of them cannot be told, such as in a
  /// container with an empty `/etc/machine-id`: nothing can be said then about processes seen from there.
  package var system: String?
  package var pid: Int32
  /// When the process started, in ticks after boot; tells it from a later one with the same number.
  package var start: String

  package init(system: String?, pid: Int32, start: String) {
    self.system = system
    self.pid = pid
    self.start = start
  }

  package static let current: ProcessIdentity = {
    let pid = ProcessInfo.processInfo.processIdentifier
    return ProcessIdentity(system: runningSystem, pid: pid, start: startTime(of: pid) ?? "0")
  }()

  /// Whether the process has ended for certain: it ran on the very system that asks, and is not there any more. A copied
  /// machine id, another container or another boot are other systems, whose processes cannot be looked at from here.
  package func isGone(seenFrom here: ProcessIdentity = .current) -> Bool {
    guard let system, system == here.system else { return false }
    return Self.startTime(of: pid) != start
  }

  /// `MACHINE.BOOT.NAMESPACE`; what it consists of is worth nothing one by one: machine ids are cloned with disks, boots
  /// are shared by containers, and namespaces are numbered again at each boot.
  private static var runningSystem: String? {
    guard let machine = word("/etc/machine-id"), let boot = word("/proc/sys/kernel/random/boot_id"),
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    else { return nil }
    let namespace = link.filter { $0.isASCII && $0.isNumber }
    return namespace.isEmpty ? nil : "\(machine).\(boot).\(namespace)"
  }

  /// The content of a file of one word; nil for anything else, `uninitialized` (a first boot) included.
  private static func word(_ path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let word = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let isPlain = word.utf8.count >= 32 && word.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == "-") }
    return isPlain ? word : nil
  }

  /// Field 22 of `/proc/PID/stat`; nil where there is no such process.
  private static func startTime(of pid: Int32) -> String? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
    // The command's name, in parentheses, may hold spaces; fields are counted after it.
    guard let close = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: close)...].split(separator: " ")
    return fields.count > 19 ? String(fields[19]) : nil
  }
}
