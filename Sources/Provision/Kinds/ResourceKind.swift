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
