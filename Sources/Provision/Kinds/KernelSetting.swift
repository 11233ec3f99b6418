import Diagnostics

/// A kernel setting: its value now, and a file that sets it at every boot.
struct KernelSetting: ResourceKind {
  var key: String
  var value: String

  /// Dots separate, unless the key is written with slashes (needed where a part holds a dot, as `eth0.100` does).
  var path: String { "/proc/sys/" + (key.contains("/") ? key : key.replacing(".", with: "/")) }

  /// Settings are read in alphabetical order and the last one wins; `99-sysctl.conf` is the user's own file, and what
  /// a cluster cannot live without comes after it.
  private var file: Resource.File {
    Resource.File("/etc/sysctl.d/99-zz-hearth-\(key.replacing("/", with: "."))" + ".conf", "\(key) = \(value)\n")
  }

  func observe(_ request: inout ObservationRequest) {
    request.value(path)
    file.observe(&request)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(path)
    var fields: [FieldChange] = []
    let present = context.state.values[path].map(Self.normal)
    if present != Self.normal(value) { fields.append(FieldChange("now", from: present, to: value)) }
    if try file.difference(context) != nil {
      let before = context.state.contents[file.path].map { String(decoding: $0, as: UTF8.self) }
      fields.append(FieldChange("at boot", from: before.map(Self.normal), to: value))
    }
    return Difference(.update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    var script = file.putScript(file.content.sha256)
    if change.fields.contains(where: { $0.field == "now" }) {
      script += "set_value \(path.shellQuoted) \(value.shellQuoted) \(key.shellQuoted)\n"
    }
    return Fragment(script: script, libraries: ["file.sh", "sysctl.sh"])
  }

  /// The kernel separates numbers with tabs.
  private static func normal(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
