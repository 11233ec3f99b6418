import Diagnostics

/// Paths that programs, frames and lists of a host can carry: absolute, without control characters and backslashes.
func checkPath(_ path: String) throws(HearthError) {
  let plain = path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") }
  guard path.hasPrefix("/"), plain, !path.contains(" -> ") else {
    throw HearthError(
      .usage, "\(path.debugDescription) is not a path that hearth can manage",
      hint: "use an absolute path without line breaks and backslashes")
  }
}

/// Fields that differ in mode and owner.
func attributeChanges(_ stat: FileStat, mode: UInt16, owner: String) -> [FieldChange] {
  var fields: [FieldChange] = []
  if stat.mode != mode { fields.append(FieldChange(.mode, from: stat.mode.octal, to: mode.octal)) }
  if !stat.isOwned(by: owner) { fields.append(FieldChange(.owner, from: stat.owner, to: owner)) }
  return fields
}

extension FileStat {
  /// Whether the owner is as wanted: each half by name or by number.
  func isOwned(by wanted: String) -> Bool {
    let wanted = wanted.split(separator: ":", omittingEmptySubsequences: false)
    let names = owner.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = numericOwner.split(separator: ":", omittingEmptySubsequences: false)
    guard wanted.count == 2, names.count == 2, numbers.count == 2 else { return wanted.first == names.first }
    return zip(wanted, zip(names, numbers)).allSatisfy { $0 == $1.0 || $0 == $1.1 }
  }

  var kindName: String {
    switch kind {
    case .file: "file"
    case .directory: "directory"
    case .symlink(let target): "link to \(target)"
    case .other: "special file"
    }
  }
}

extension Resource.Directory: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    request.statDirectory(path)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(path)
    guard let stat = context.state.stats[path + "/."] else {
      return Difference(
        .create,
        [
          FieldChange(.mode, from: nil, to: mode.octal), FieldChange(.owner, from: nil, to: owner),
        ])
    }
    return Difference(.update, attributeChanges(stat, mode: mode, owner: owner))
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    Fragment(
      script: """
        make_directory \(path.shellQuoted) \(mode.octal) \(owner.shellQuoted)

        """, libraries: ["file.sh"])
  }
}

extension Resource.Symlink: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    request.stat(path)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(path)
    guard let stat = context.state.stats[path] else {
      return Difference(.create, [FieldChange("target", from: nil, to: target)])
    }
    if stat.kind == .symlink(target: target) { return nil }
    if stat.kind == .directory {
      throw HearthError(
        .unsupported, "\(path) is a directory, but should be a link to \(target)", hint: "move the directory away",
        command: "ls -la \(path.shellQuoted)")
    }
    return Difference(.update, [FieldChange("target", from: stat.kindName, to: target)])
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    Fragment(script: "put_symlink \(path.shellQuoted) \(target.shellQuoted)\n", libraries: ["file.sh"])
  }
}

/// Nothing at a path.
struct Absence: ResourceKind {
  var path: String

  func observe(_ request: inout ObservationRequest) {
    request.stat(path)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(path)
    // Nobody means to remove `/etc` or `/home`; a slip in a path must not be able to.
    guard path.split(separator: "/").count > 1, !path.split(separator: "/").contains("..") else {
      throw HearthError(.usage, "\(path) is too near the root to be removed", hint: "name a path below it")
    }
    guard let stat = context.state.stats[path] else { return nil }
    return Difference(.remove, [FieldChange("path", from: stat.kindName, to: nil)])
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    Fragment(script: "remove_path \(path.shellQuoted)\n", libraries: ["file.sh"])
  }
}
