package import Diagnostics
import Foundation
import Untrusted

/// Who runs hearth: stands in locks, so that a message can say who holds a host.
package struct RunIdentity: Sendable, Equatable, Codable {
  /// Random; names this run in locks, jobs and manifests.
  package var run: String
  /// `anna@laptop`.
  package var holder: String
  package var process: ProcessIdentity

  package init(run: String, holder: String, process: ProcessIdentity) {
    self.run = run
    self.holder = holder
    self.process = process
  }

  package static func current() -> RunIdentity {
    let host = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "unknown"
    // Sixteen digits, so that columns of them stay straight.
    return RunIdentity(
      run: String(UInt64.random(in: 1 << 60 ... .max), radix: 16), holder: "\(word(NSUserName()))@\(word(host))",
      process: .current)
  }

  /// Whether the process that this identity names has ended for certain, as seen from the machine of `here`. Where that
  /// cannot be told, a lock ends by its age alone.
  func isGone(seenFrom here: RunIdentity) -> Bool { process.isGone(seenFrom: here.process) }

  /// `PID START SYSTEM HOLDER`, the end of a line in a lock file; a hyphen for a system that cannot be told.
  var words: String { "\(process.pid) \(process.start) \(process.system ?? "-") \(holder)" }

  /// Reads ``words``.
  init?(run: String, words: [String]) {
    guard words.count == 4, let pid = Int32(checked: words[0], in: 0...Int32.max) else { return nil }
    self.init(
      run: run, holder: words[3],
      process: ProcessIdentity(system: words[2] == "-" ? nil : words[2], pid: pid, start: words[1]))
  }

  /// One word of a line in a lock file: no spaces, never empty.
  private static func word(_ text: String) -> String {
    let clean = text.filter { $0.isASCII && !$0.isWhitespace }
    return clean.isEmpty ? "unknown" : clean
  }
}
