import Artifacts
import Diagnostics
import Foundation
import Provision
import Templates

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What runs `hearth upgrade --system` by itself on the machine where hearth is: a timer of systemd, the person's own or,
/// for root, the machine's. It needs a login by a key without passphrase, as there is no person to ask.
struct UpdateTimer {
  /// Where systemd looks for units, and units for their settings.
  struct Place: Sendable, Equatable {
    var units: String
    /// systemd's `%E`.
    var settings: String
    /// What `systemctl` is told first.
    var manager: [String]

    static func ofThisMachine(
      isRoot: Bool = geteuid() == 0, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(HearthError) -> Place {
      guard !isRoot else { return Place(units: "/etc/systemd/system", settings: "/etc", manager: []) }
      let own = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      guard let settings = own ?? environment["HOME"].map({ "\($0)/.config" }) else {
        throw HearthError(.local, "HOME is not set, so there is no place for the timer", hint: "set HOME")
      }
      return Place(units: "\(settings)/systemd/user", settings: settings, manager: ["--user"])
    }
  }

  struct TimerFile: Sendable, Equatable {
    var path: String
    var text: String
  }

  var cluster: String
  /// A calendar expression, word by word; nil where the inventory has none.
  var schedule: [String]?
  /// What hearth is told at those times.
  var words: [String]
  var place: Place

  var unit: String { "hearth-updates-\(cluster)" }
  private var paths: [String] {
    ["\(place.settings)/hearth/updates-\(cluster)", "\(place.units)/\(unit).service", "\(place.units)/\(unit).timer"]
  }

  /// - Parameters:
  ///   - program: path of hearth.
  ///   - environment: what a run reads beside the inventory, and has here.
  func files(program: String, environment: [String: String]) throws(HearthError) -> [TimerFile] {
    let names = ["XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "KUBECONFIG"]
    let kept = names.compactMap { name in environment[name].flatMap { $0.isEmpty ? nil : "\(name)=\($0)" } }
    let texts = [
      try Template("updates/updates").render(["environment": kept, "words": [program] + words]),
      try Template("updates/hearth-updates.service").render(["cluster": cluster]),
      try Template("updates/hearth-updates.timer").render(["cluster": cluster, "schedule": schedule ?? []]),
    ]
    return zip(paths, texts).map { TimerFile(path: $0, text: $1) }
  }

  /// Makes this machine what the inventory says, after a question.
  func settle(_ approval: Approval, sink: any EventSink) async throws {
    guard let schedule else { return try await remove(approval, sink) }
    do throws(HearthError) {
      _ = try await LocalProgram.run("systemd-analyze", ["calendar", "--", schedule.joined(separator: " ")])
    } catch {
      // Without any word of its own it did not run at all.
      guard !error.output.isEmpty else { throw error }
      throw HearthError(
        .inventory, "`updates.schedule` means nothing to systemd: \(schedule.joined(separator: " "))",
        hint: "it is a calendar expression such as `Sun 03:00`; see systemd.time(7)",
        cause: error.output.last)
    }
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let files = try files(program: program, environment: ProcessInfo.processInfo.environment)
    let changed = files.filter { (try? TextFile.read($0.path)) != $0.text }
    if changed.isEmpty, (try? await systemctl("is-enabled", "--quiet", "\(unit).timer")) != nil {
      return sink.emit(.note(level: .info, host: nil, text: "\(unit).timer is there already. \(try await next())"))
    }
    try approval.ask(
      """
      This machine will run `hearth upgrade --system --yes` at \(schedule.joined(separator: " ")), by files that it gets:
      \(changed.map { "  \($0.path)" }.joined(separator: "\n"))
      Secrets that the inventory takes from the environment go into \(place.settings)/hearth/updates-\(cluster).env, by you.
      """, question: "Set the timer?", for: "the timer")
    for file in changed {
      let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent()
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try TextFile.write(file.text, to: file.path)
      // A check of one's own may hold a password.
      if file.path == paths.first {
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
      }
    }
    _ = try await systemctl("daemon-reload")
    _ = try await systemctl("enable", "--now", "\(unit).timer")
    sink.emit(.note(level: .info, host: nil, text: "\(unit).timer is set. \(try await next())"))
    if !place.manager.isEmpty, await !lingers() {
      let text =
        "the timer of \(NSUserName()) runs only while \(NSUserName()) is logged in; `loginctl enable-linger` changes that"
      sink.emit(.note(level: .warning, host: nil, text: text))
    }
  }

  private func remove(_ approval: Approval, _ sink: any EventSink) async throws {
    let there = paths.filter { FileManager.default.fileExists(atPath: $0) }
    guard !there.isEmpty else {
      return sink.emit(
        .note(
          level: .info, host: nil,
          text: "The inventory has no `updates.schedule`, and this machine has no timer for \(cluster): nothing to do"))
    }
    try approval.ask(
      "The inventory has no `updates.schedule` any more. These files will go:\n"
        + there.map { "  \($0)" }.joined(separator: "\n"),
      question: "Remove the timer?", for: "removing the timer")
    _ = try? await systemctl("disable", "--now", "\(unit).timer")
    for path in there {
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw HearthError(
          .local, "the file cannot be removed", subject: Subject(file: path), hint: "remove it by hand",
          cause: error.localizedDescription)
      }
    }
    _ = try? await systemctl("daemon-reload")
    sink.emit(.note(level: .info, host: nil, text: "\(unit).timer is removed"))
  }

  private func systemctl(_ words: String...) async throws(HearthError) -> String {
    try await LocalProgram.run("systemctl", place.manager + words)
  }

  private func next() async throws(HearthError) -> String {
    let time = try await systemctl("show", "--property=NextElapseUSecRealtime", "--value", "\(unit).timer")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return time.isEmpty ? "It has no next time: look at its expression" : "Next: \(time)"
  }

  private func lingers() async -> Bool {
    let answer = try? await LocalProgram.run("loginctl", ["show-user", "\(getuid())", "--property=Linger", "--value"])
    return answer?.hasPrefix("yes") == true
  }
}
