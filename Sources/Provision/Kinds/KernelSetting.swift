import Diagnostics

/// A kernel setting: its value now, and a file that sets it at every boot.
package struct KernelSetting: ResourceKind {
  var key: String
  var value: String

  /// Dots separate, unless the key is written with slashes (needed where a part holds a dot, as `eth0.100` does).
  var path: String { "/proc/sys/" + (key.contains("/") ? key : key.replacing(".", with: "/")) }

  /// Settings are read in alphabetical order and the last one wins; `99-sysctl.conf` is the user's own file, and what
  /// a cluster cannot live without comes after it.
  private var file: Resource.File {
    Resource.File("/etc/sysctl.d/99-zz-hearth-\(key.replacing("/", with: "."))" + ".conf", "\(key) = \(value)\n")
  }

  /// For hosts where files that sort later set the key as well: a tilde comes after all letters.
  private var lateFile: Resource.File {
    Resource.File("/etc/sysctl.d/\(Self.latePrefix)\(key.replacing("/", with: ".")).conf", "\(key) = \(value)\n")
  }
  static let latePrefix = "~hearth-"

  /// Whether hearth wrote a file of `sysctl.d`.
  package static func isOurs(_ path: String) -> Bool {
    path.hasPrefix("/etc/sysctl.d/99-zz-hearth-") || path.hasPrefix("/etc/sysctl.d/\(latePrefix)")
  }

  /// The line of a later file that sets another value at each boot; nil where hearth's own comes last, or where no file
  /// could win, as against ufw.
  package static func overruling(_ key: String, _ value: String, _ files: SysctlFiles) -> SysctlFiles.Assignment? {
    guard let last = files.last(key, ignoring: { isOurs($0) || $0 == SysctlFiles.ufw }),
      let name = last.setting.path.split(separator: "/").last, last.value != normal(value),
      Array("99-zz-hearth-".utf8).lexicographicallyPrecedes(Array(name.utf8))
    else { return nil }
    return last
  }

  func observe(_ request: inout ObservationRequest) {
    request.value(path)
    request.sysctlFiles = true
    file.observe(&request)
    lateFile.observe(&request)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(path)
    var fields: [FieldChange] = []
    let present = context.state.values[path].map(Self.normal)
    if present != Self.normal(value) { fields.append(FieldChange(.now, from: present, to: value)) }
    if try file.difference(context) != nil {
      let before = context.state.contents[file.path].map { String(decoding: $0, as: UTF8.self) }
      fields.append(FieldChange(.atBoot, from: before.map(Self.normal), to: value))
    }
    if let other = Self.overruling(key, value, context.state.sysctlFiles), try lateFile.difference(context) != nil {
      fields.append(FieldChange(.atBoot, from: "\(other.value ?? "") (\(other.setting.place))", to: value))
    }
    return Difference(.update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    var script = file.putScript(file.content.sha256)
    if Self.overruling(key, value, state.sysctlFiles) != nil { script += lateFile.putScript(lateFile.content.sha256) }
    if change.fields.contains(where: { $0.field == .now }) {
      script += "set_value \(path.shellQuoted) \(value.shellQuoted) \(key.shellQuoted)\n"
    }
    return Fragment(script: script, libraries: ["file.sh", "sysctl.sh"])
  }

  /// The kernel separates numbers with tabs.
  static func normal(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
