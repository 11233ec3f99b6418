import Diagnostics

/// Words on the kernel's command line. The edit is never trusted: only `/proc/cmdline` after a restart says that the
/// words are in force, so an edited file without them there is a change whose step restarts the host.
struct BootParameters: ResourceKind {
  var words: [String]

  static let inForce = "/proc/cmdline"
  /// Where Raspberry Pi OS 12 and later and Debian keep the boot partition, and where Raspberry Pi OS 11 does.
  static let places = ["/boot/firmware", "/boot"]

  func observe(_ request: inout ObservationRequest) {
    request.value(Self.inForce)
    request.value("/proc/mounts")
    for place in Self.places { request.text("\(place)/cmdline.txt") }
    request.text("/etc/fstab")
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let inForce = Set((context.state.values[Self.inForce] ?? "").split(separator: " ").map(String.init))
    let lacking = words.filter { !inForce.contains($0) }
    guard let path = try Self.file(on: context.state) else {
      if lacking.isEmpty { return nil }
      throw HearthError(
        .unsupported,
        "the kernel runs without \(lacking.joined(separator: " ")), and there is no cmdline.txt to add it to",
        hint: "add it to the kernel's command line in this machine's boot loader, then restart it",
        command: "cat /proc/cmdline")
    }
    let file = CommandLineFile(context.state.contents[path] ?? [])
    var fields: [FieldChange] = []
    for word in file.missing(words) { fields.append(FieldChange(path, from: nil, to: word)) }
    for word in file.conflicting(with: words) { fields.append(FieldChange(path, from: word, to: nil)) }
    if !file.isWellFormed { fields.append(FieldChange(path, from: "not exactly one line", to: "one line")) }
    if !lacking.isEmpty {
      fields.append(FieldChange("restart", from: nil, to: "for \(lacking.joined(separator: " ")) to come into force"))
    }
    return Difference(.update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    guard let path = try Self.file(on: state) else {
      throw HearthError(.unsupported, "there is no cmdline.txt on this host")
    }
    let before = state.contents[path] ?? []
    let after = Array(CommandLineFile(before).adding(words).utf8)
    var script = ""
    if after != before {
      script += """
        edit_cmdline \(path.shellQuoted) \(before.sha256) \(after.sha256) <<'END_OF_FILE'
        \(after.base64Lines)END_OF_FILE

        """
    }
    if change.fields.contains(where: { $0.field == "restart" }) { script += "want_restart\n" }
    return Fragment(script: script, libraries: ["file.sh", "boot.sh"])
  }

  /// The `cmdline.txt` that the firmware reads: the one on the boot partition, wherever that is mounted. Nil where there
  /// is none, as on other machines than a Pi.
  static func file(on state: HostState) throws(HearthError) -> String? {
    let mounted = mountPoints(state.values["/proc/mounts"] ?? "")
    let expected = mountPoints(String(decoding: state.contents["/etc/fstab"] ?? [], as: UTF8.self))
    if let place = places.first(where: { mounted.contains($0) }) {
      let path = "\(place)/cmdline.txt"
      if state.contents[path] != nil { return path }
    }
    if let place = places.first(where: { expected.contains($0) && !mounted.contains($0) }) {
      throw HearthError(
        .unsupported, "the boot partition is not mounted at \(place)", hint: "mount it, then run the command again",
        command: "mount \(place)")
    }
    return places.map { "\($0)/cmdline.txt" }.first { path in
      state.contents[path].map { !CommandLineFile($0).isPlaceholder } ?? false
    }
  }

  /// Second words of the lines of `/proc/mounts` or `/etc/fstab`.
  private static func mountPoints(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").compactMap { line in
        let fields = line.split(whereSeparator: \.isWhitespace)
        return fields.count > 1 && !line.hasPrefix("#") ? String(fields[1]) : nil
      })
  }
}
