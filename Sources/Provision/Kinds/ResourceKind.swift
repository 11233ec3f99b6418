import Diagnostics

/// One kind of resource: how it is observed, compared and brought about. All three are pure; programs and files come
/// out of them, nothing is touched.
protocol ResourceKind: Sendable {
  /// Asks for all that `difference` needs.
  func observe(_ request: inout ObservationRequest)

  /// What would change; nil if all is as wanted.
  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference?

  /// The part of a program that makes `change` come true; safe to repeat.
  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment
}

/// What a kind may look at when it compares.
struct ComparisonContext {
  var state: HostState
  /// Ids of resources that change earlier in the same plan, and paths of files among them.
  var changed: Set<String> = []
}

struct Difference: Equatable {
  var action: ResourceChange.Action
  var fields: [FieldChange]

  /// Nil when nothing differs.
  init?(_ action: ResourceChange.Action, _ fields: [FieldChange]) {
    guard !fields.isEmpty else { return nil }
    self.action = action
    self.fields = fields
  }
}

/// A step of a host's apply program.
struct Fragment: Sendable {
  /// Body of the step, with `set -eu` in force.
  var script: String
  /// Files of `templates/host/kinds/` that the body calls functions of.
  var libraries: [String] = []
  /// Files for the step, 0600, in a folder of its own; see ``Resource/Program``.
  var files: [String: [UInt8]] = [:]
  /// Longest time the step may take.
  var timeout: Duration = .seconds(60)
  /// Runs as a process of its own that is ended after `timeout`; others end by themselves.
  var isBounded = false
}

extension Resource {
  var kind: any ResourceKind {
    switch self {
    case .file(let file): file
    case .directory(let directory): directory
    case .symlink(let link): link
    case .absent(let path): Absence(path: path)
    case .packages(let packages): packages
    case .unit(let unit): unit
    case .kernelModule(let name): KernelModule(name: name)
    case .sysctl(let key, let value): KernelSetting(key: key, value: value)
    case .swapOff: SwapOff()
    case .bootParameters(let words): BootParameters(words: words)
    case .hostname(let name): Hostname(name: name)
    case .hosts(let entries): HostsBlock(entries: entries)
    case .user(let user): user
    case .delivery(let delivery): delivery
    case .custom(let custom): custom
    }
  }

  /// Path of the file that this resource writes; units restart on it.
  var writtenPath: String? {
    switch self {
    case .file(let file): file.path
    case .delivery(let delivery): delivery.path
    case .symlink(let link): link.path
    case .absent(let path): path
    default: nil
    }
  }
}

extension Resource.Custom: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    request.probe(name, probe)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let result = context.state.probes[name] ?? ProbeResult(status: 127, output: [])
    let fields = judge(result.status, result.output)
    if !fields.isEmpty { return Difference(fields.allSatisfy { $0.from == nil } ? .create : .update, fields) }
    guard let cause = after.first(where: { context.changed.contains($0) }) else { return nil }
    return Difference(.run, [FieldChange("run", from: nil, to: "because of \(cause)")])
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    let program = try program()
    return Fragment(script: program.script, files: program.files, timeout: program.timeout, isBounded: true)
  }
}

extension Resource.User: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    request.user(name)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(home)
    guard let present = context.state.users[name] else {
      return Difference(.create, [FieldChange("home", from: nil, to: home)])
    }
    return present == home ? nil : Difference(.update, [FieldChange("home", from: present, to: home)])
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    Fragment(script: "put_user \(name.shellQuoted) \(home.shellQuoted)\n", libraries: ["user.sh"])
  }
}

/// No swap now nor after a boot, whatever brought it: a line of `/etc/fstab`, units, a swap partition found by systemd,
/// `dphys-swapfile` (Raspberry Pi OS up to 12), `rpi-swap` (from 13), `zram-tools` or zram-generator.
struct SwapOff: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    request.swap = true
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let swap = context.state.swap
    var fields: [FieldChange] = []
    if !swap.active.isEmpty {
      fields.append(FieldChange("in use", from: swap.active.joined(separator: ", "), to: nil))
    }
    for line in swap.fstab { fields.append(FieldChange("/etc/fstab", from: line, to: "# \(line)")) }
    for provider in swap.providers { fields.append(FieldChange(.atBoot, from: provider, to: nil)) }
    return Difference(.update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    // Moving swapped pages back from an SD card takes its time.
    Fragment(script: "swap_off\n", libraries: ["file.sh", "swap.sh"], timeout: .seconds(300))
  }
}
