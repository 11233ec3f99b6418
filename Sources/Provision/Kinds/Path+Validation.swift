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
  if stat.mode != mode { fields.append(FieldChange("mode", from: stat.mode.octal, to: mode.octal)) }
  if !stat.isOwned(by: owner) { fields.append(FieldChange("owner", from: stat.owner, to: owner)) }
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
