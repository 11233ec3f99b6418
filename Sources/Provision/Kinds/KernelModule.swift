import Diagnostics

/// A kernel module, loaded now and at every boot. Its file in `/etc/modules-load.d` is part of it.
struct KernelModule: ResourceKind {
  /// Paths that exist when the module does its work, for those that leave no trace in `/sys/module` when built in.
  static let evidence = [
    "br_netfilter": "/proc/sys/net/bridge/bridge-nf-call-iptables",
    "nf_conntrack": "/proc/sys/net/netfilter/nf_conntrack_max",
    "ip_vs": "/proc/net/ip_vs",
    "ip_tables": "/proc/net/ip_tables_names",
    "ip6_tables": "/proc/net/ip6_tables_names",
    "tun": "/dev/net/tun",
    "fuse": "/dev/fuse",
    "rbd": "/sys/bus/rbd",
    "nbd": "/dev/nbd0",
  ]

  var name: String

  private var file: Resource.File { Resource.File("/etc/modules-load.d/hearth-\(name).conf", "\(name)\n") }
  /// As `/sys/module` spells it.
  private var kernelName: String { name.replacing("-", with: "_") }

  func observe(_ request: inout ObservationRequest) {
    request.module(name)
    file.observe(&request)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    var fields: [FieldChange] = []
    let isLoaded = context.state.modules.contains(kernelName)
    if !isLoaded { fields.append(FieldChange(.now, from: nil, to: "loaded")) }
    let boot = try file.difference(context)
    if boot != nil { fields.append(FieldChange(.atBoot, from: nil, to: "loaded")) }
    return Difference(isLoaded ? .update : .create, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    var script = ""
    if change.fields.contains(where: { $0.field == .now }) { script += "load_module \(name.shellQuoted)\n" }
    return Fragment(script: script + file.putScript(file.content.sha256), libraries: ["file.sh", "module.sh"])
  }
}
