import Diagnostics

/// The host's name: now, in `/etc/hostname`, and against cloud-init, which would set its own at the next boot and write
/// `/etc/hosts` again.
struct Hostname: ResourceKind {
  var name: String

  private static let now = "/proc/sys/kernel/hostname"
  private static let cloudFolder = "/etc/cloud/cloud.cfg.d"
  private var file: Resource.File { Resource.File("/etc/hostname", "\(name)\n") }
  private var cloudFile: Resource.File {
    Resource.File("\(Self.cloudFolder)/99-hearth.cfg", "preserve_hostname: true\nmanage_etc_hosts: false\n")
  }

  func observe(_ request: inout ObservationRequest) {
    request.value(Self.now)
    request.statDirectory(Self.cloudFolder)
    file.observe(&request)
    cloudFile.observe(&request)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    var fields: [FieldChange] = []
    let present = context.state.values[Self.now]
    if present != name { fields.append(FieldChange(.now, from: present, to: name)) }
    if context.state.sums[file.path] != file.content.sha256 {
      let before = context.state.contents[file.path].map { String(decoding: $0, as: UTF8.self) }
      fields.append(FieldChange(.atBoot, from: before?.split(separator: "\n").first.map(String.init), to: name))
    }
    if context.state.stats[Self.cloudFolder + "/."] != nil, try cloudFile.difference(context) != nil {
      fields.append(FieldChange(.cloudInit, from: "sets name and /etc/hosts at boot", to: "leaves them alone"))
    }
    return Difference(.update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    var script = ""
    for field in change.fields {
      switch field.field {
      case .now: script += "set_value \(Self.now) \(name.shellQuoted) hostname\n"
      case .atBoot: script += file.putScript(file.content.sha256)
      default: script += cloudFile.putScript(cloudFile.content.sha256)
      }
    }
    return Fragment(script: script, libraries: ["file.sh", "sysctl.sh"])
  }
}
