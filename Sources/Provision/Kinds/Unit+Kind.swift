import Diagnostics

extension Resource.Unit: ResourceKind {
  private var fullName: String {
    let suffixes = [".service", ".socket", ".timer", ".target", ".mount", ".path", ".swap", ".slice", ".scope"]
    return suffixes.contains { name.hasSuffix($0) } ? name : name + ".service"
  }

  func observe(_ request: inout ObservationRequest) {
    request.unit(fullName)
    for path in restartOn where path.hasPrefix("/") {
      request.stat(path)
      request.clock = true
    }
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    guard context.state.hasSystemd else {
      throw HearthError(
        .unsupported, "systemd does not run on this host, but \(name) needs it",
        hint: "boot the host with systemd; Debian and Raspberry Pi OS do so by default",
        command: "ps -p 1 -o comm=")
    }
    let unit = context.state.units[fullName]
    switch state {
    case .masked:
      if unit?.file.hasPrefix("masked") == true, unit?.active != "active" { return nil }
      return Difference(.update, [FieldChange(.state, from: unit.map(Self.present), to: "masked")])
    case .stopped: return Difference(.update, stoppedChanges(unit))
    case .running: return runningDifference(unit, context)
    }
  }

  private static func present(_ unit: UnitState) -> String {
    unit.load == "not-found" ? "absent" : unit.active
  }

  private func stoppedChanges(_ unit: UnitState?) -> [FieldChange] {
    guard let unit, unit.load != "not-found" else { return [] }
    var fields: [FieldChange] = []
    if !["inactive", "failed"].contains(unit.active) {
      fields.append(FieldChange(.state, from: unit.active, to: "stopped"))
    }
    if !enabled, unit.file.hasPrefix("enabled") {
      fields.append(FieldChange(.atBoot, from: unit.file, to: "disabled"))
    }
    return fields
  }

  private func runningDifference(_ unit: UnitState?, _ context: ComparisonContext) -> Difference? {
    guard let unit, unit.load != "not-found" else {
      var fields = [FieldChange(.state, from: nil, to: "running")]
      if enabled { fields.append(FieldChange(.atBoot, from: nil, to: "enabled")) }
      return Difference(.create, fields)
    }
    var fields: [FieldChange] = []
    // Units that have no [Install] section, or are made by generators, start at boot by other means or not at all.
    if enabled, ["disabled", "masked", "masked-runtime", "enabled-runtime", "linked", ""].contains(unit.file) {
      fields.append(FieldChange(.atBoot, from: unit.file.isEmpty ? nil : unit.file, to: "enabled"))
    } else if !enabled, unit.file.hasPrefix("enabled") {
      fields.append(FieldChange(.atBoot, from: unit.file, to: "disabled"))
    }
    guard ["active", "reloading"].contains(unit.active) else {
      fields.append(FieldChange(.state, from: unit.active, to: "running"))
      return Difference(.update, fields)
    }
    if let reason = restartReason(unit, context) {
      fields.append(FieldChange(reloads ? .reload : .restart, from: nil, to: reason))
      return Difference(fields.count == 1 ? .run : .update, fields)
    }
    if unit.needsReload {
      fields.append(FieldChange("unit file", from: "as it was before its last change", to: "reloaded"))
    }
    return Difference(.update, fields)
  }

  /// Why the unit must restart: a file changes in this plan, or did so after the unit's start in a run that ended
  /// before it could restart the unit.
  private func restartReason(_ unit: UnitState, _ context: ComparisonContext) -> String? {
    if let changed = restartOn.first(where: { context.changed.contains($0) }) { return "\(changed) changes" }
    let since = reloads ? max(unit.activeSinceMicroseconds, unit.stateSinceMicroseconds) : unit.activeSinceMicroseconds
    guard let clock = context.state.clock, since > 0 else { return nil }
    let sinceStart = context.state.uptimeSeconds - Double(since) / 1_000_000
    let newer = restartOn.first { (context.state.stats[$0]?.modified ?? 0) > clock - sinceStart }
    return newer.map { "\($0) is newer than the unit's start" }
  }

  func fragment(_ change: ResourceChange, on hostState: HostState) throws(HearthError) -> Fragment {
    let quoted = fullName.shellQuoted
    var script = ""
    switch state {
    case .masked: script = "unit_masked \(quoted)\n"
    case .stopped: script = "unit_stopped \(quoted) \(enabled ? "keep" : "disable")\n"
    case .running:
      let fields = Set(change.fields.map(\.field))
      let verb =
        if fields.contains(.state) { "start" } else if fields.contains(.restart) {
          "restart"
        } else if fields.contains(.reload) { "reload" } else { "none" }
      script = "unit_running \(quoted) \(enabled ? "enable" : "disable") \(verb)"
      // Only a start can show what settings do.
      if let trial, verb == "restart" || verb == "start" { script += " \(([trial.settings] + trial.files).shellWords)" }
      script += "\n"
    }
    // A unit that loads slowly is ended by systemd's own time limit, 90 s by default.
    return Fragment(script: script, libraries: ["file.sh", "unit.sh"], timeout: .seconds(300))
  }
}
