import Foundation
import Untrusted

extension Trial {
  /// Lines of label, `ok` or `failed`, hundredths of a second and text, separated by tabs; other lines are noise.
  static func parse(lines: String) -> [String: Trial] {
    var trials: [String: Trial] = [:]
    for line in lines.byteLines {
      let fields = line.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
      guard fields.count == 4, let hundredths = Int(checked: fields[2], in: 0...100_000_000),
        fields[1] == "ok" || fields[1] == "failed"
      else {
        continue
      }
      var text = fields[3].trimmingCharacters(in: .whitespaces)
      // The shell's own word on a command that its time limit has ended.
      if text.hasPrefix("Terminated ") { text.removeFirst(11) }
      trials[String(fields[0])] = Trial(
        fields[1] == "ok" ? .answered(text) : .failed(text.isEmpty ? "no answer" : String(text.suffix(160))),
        seconds: Double(hundredths) / 100)
    }
    return trials
  }

  /// What one of kubectl's ways to a pod printed: text when its status is 0, else the end of its errors.
  static func parse(_ sections: Sections, _ name: String, seconds: Double) -> Trial {
    let status = sections["\(name) status"]?.trimmingCharacters(in: .whitespacesAndNewlines)
    let text = sections[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    if status == "0" { return Trial(.answered(text), seconds: seconds) }
    let error = sections["\(name) error"]?.lastLines(1).last
    let reason = status == "124" ? "no answer in time" : error ?? "kubectl failed with status \(status ?? "unknown")"
    return Trial(.failed(reason), seconds: seconds)
  }
}

extension Rollout {
  /// Decodes what `templates/smoke/roll.sh` printed.
  init(_ sections: Sections, seconds: Double) {
    var counts: [Substring: Int] = [:]
    var first: String?
    for line in (sections["watch"] ?? "").byteLines {
      if line.hasPrefix("first=") {
        first = String(line.dropFirst(6))
      } else if line.hasPrefix("old=") {
        for word in line.split(separator: " ") {
          let parts = word.split(separator: "=")
          if parts.count == 2, let number = Int(checked: parts[1], in: 0...1_000_000_000) { counts[parts[0]] = number }
        }
      }
    }
    func succeeded(_ name: String) -> Bool {
      sections["\(name) status"]?.trimmingCharacters(in: .whitespacesAndNewlines) == "0"
    }
    var trouble: String?
    if !succeeded("before") {
      trouble = "the first pods never ran: \(Self.lastLine(sections["before"]))"
    } else if !succeeded("rollout") {
      trouble = "the rollout did not end: \(Self.lastLine(sections["rollout"]))"
    } else if counts.isEmpty {
      trouble = "the pod that watched told nothing: \(Self.lastLine(sections["watch"]))"
    }
    self.init(
      old: counts["old"] ?? 0, new: counts["new"] ?? 0, failed: counts["failed"] ?? 0,
      firstFailure: first.flatMap { $0.isEmpty ? nil : $0 }, trouble: trouble, seconds: seconds)
  }

  private static func lastLine(_ text: String?) -> String {
    text?.lastLines(1).last ?? "no word from kubectl"
  }
}

extension TestPod {
  /// States of a container that waiting does not fix.
  private static let hopelessReasons: Set<String> = [
    "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError", "RunContainerError",
  ]

  init(_ pod: API.Pod) {
    let ready = pod.status.conditions?.contains { $0.type == "Ready" && $0.status == "True" } ?? false
    let container = pod.status.containerStatuses?.first
    let waiting = container?.state?.waiting
    var trouble: String?
    if !ready {
      let unscheduled = pod.status.conditions?.first { $0.type == "PodScheduled" && $0.status == "False" }
      let exit = container?.state?.terminated.map { "ended with status \($0.exitCode ?? -1)" }
      let parts = [
        pod.status.reason, pod.status.message, waiting?.reason, waiting?.message, unscheduled?.message, exit,
      ]
      trouble = joined([pod.status.phase ?? "Pending", joined(parts, ": ")], ", ")
    }
    self.init(
      ready: ready, address: pod.status.podIP, trouble: trouble,
      hopeless: !ready && (waiting?.reason.map(Self.hopelessReasons.contains) ?? false || pod.status.phase == "Failed"))
  }
}
