import Diagnostics

/// Words on the kernel's command line. The edit is never trusted: only `/proc/cmdline` after a restart says that the
/// words are in force, so an edited file without them there is a change whose step restarts the host. A file that would
/// not start the machine is never written and never restarted upon.
struct BootParameters: ResourceKind {
  var words: [String]

  static let inForce = "/proc/cmdline"
  private static let controllers = "/sys/fs/cgroup/cgroup.controllers"

  func observe(_ request: inout ObservationRequest) {
    request.text(Self.inForce)
    request.value("/proc/mounts")
    request.value(Self.controllers)
    request.text("/etc/fstab")
    BootPlace.observe(&request)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let state = context.state
    let started = Self.started(state)
    let lacking = started.missing(words)
    guard let place = try BootPlace(state) else {
      if lacking.isEmpty { return nil }
      throw HearthError(
        .unsupported,
        "the kernel runs without \(lacking.joined(separator: " ")), and there is no cmdline.txt to add it to",
        hint: "add it to the kernel's command line in this machine's boot loader, then restart it",
        command: "cat /proc/cmdline")
    }
    let file = place.file
    let after = try file.completed(with: words, startedWith: started, path: place.path)
    if after != file.bytes || place.generator?.lacks(words) == true { try place.checkWritable(lacking: lacking) }
    var fields: [FieldChange] = []
    if file.hasLostRoot(since: started) {
      let root = started.root.map { String(decoding: $0, as: UTF8.self) } ?? ""
      fields.append(
        FieldChange(place.path, from: file.words.isEmpty ? "empty" : "no root=", to: "root=\(root), from /proc/cmdline")
      )
    } else if !file.isWellFormed {
      fields.append(FieldChange(place.path, from: "not exactly one line", to: "one line"))
    }
    for word in file.missing(words) { fields.append(FieldChange(place.path, from: nil, to: word)) }
    for word in file.conflicting(with: words) { fields.append(FieldChange(place.path, from: word, to: nil)) }
    for word in place.generator?.file.missing(words) ?? [] {
      fields.append(FieldChange(BootPlace.Generator.path, from: nil, to: word))
    }
    if !lacking.isEmpty {
      fields.append(FieldChange(.restart, from: nil, to: "for \(lacking.joined(separator: " ")) to come into force"))
    } else if words.contains("cgroup_enable=memory"), Self.hasMemoryController(state) == false {
      throw HearthError(
        .unsupported, "the kernel ignores cgroup_enable=memory: it is in force, and the memory controller is off",
        hint: "boot Raspberry Pi OS's own kernel, or take cgroup_disable=memory out of the firmware's device tree",
        command: "cat /proc/cmdline \(Self.controllers)")
    }
    return Difference(.update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    guard let place = try BootPlace(state) else {
      throw HearthError(.unsupported, "there is no cmdline.txt on this host")
    }
    let before = place.file.bytes
    let after = try place.file.completed(with: words, startedWith: Self.started(state), path: place.path)
    var script = ""
    if let generator = place.generator, generator.lacks(words) {
      let text = generator.file.adding(words)
      script += """
        put_file \(BootPlace.Generator.path) 0644 root:root \(text.sha256) <<'END_OF_FILE'
        \(text.base64Lines)END_OF_FILE

        """
    }
    if after != before {
      script += """
        edit_cmdline \(place.path.shellQuoted) \(before.sha256) \(after.sha256) <<'END_OF_FILE'
        \(after.base64Lines)END_OF_FILE

        """
    }
    if change.fields.contains(where: { $0.field == .restart }) {
      script += "want_restart \(place.path.shellQuoted)\n"
    }
    return Fragment(script: script, libraries: ["file.sh", "boot.sh"])
  }

  private static func started(_ state: HostState) -> CommandLineFile {
    CommandLineFile(state.contents[inForce] ?? Array((state.values[inForce] ?? "").utf8))
  }

  /// Nil where the state does not tell. Version 2 lists its controllers at its root; of version 1 each has a mount.
  private static func hasMemoryController(_ state: HostState) -> Bool? {
    if let list = state.values[controllers] { return list.split(separator: " ").contains("memory") }
    let mounts = (state.values["/proc/mounts"] ?? "").split(separator: "\n").map { $0.split(separator: " ") }
    let groups = mounts.filter { $0.count > 3 && $0[2] == "cgroup" }
    return groups.isEmpty ? nil : groups.contains { $0[3].split(separator: ",").contains("memory") }
  }
}
