import Diagnostics

extension Resource.File: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    if onlyIfMissing { request.stat(path) } else { request.file(path, sha256: content.sha256, show: !sensitive) }
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(path)
    let state = context.state
    guard let stat = state.stats[path] else {
      return Difference(
        .create,
        [
          FieldChange(.content, from: nil, to: contentSummary),
          FieldChange(.mode, from: nil, to: mode.octal),
          FieldChange(.owner, from: nil, to: owner),
        ])
    }
    if onlyIfMissing { return nil }
    guard stat.kind == .file else {
      if stat.kind == .directory {
        throw HearthError(
          .unsupported, "\(path) is a directory, but should be a file", hint: "move the directory away",
          command: "ls -la \(path.shellQuoted)")
      }
      return Difference(
        .update,
        [
          FieldChange(.kind, from: stat.kindName, to: "file"),
          FieldChange(.content, from: nil, to: contentSummary),
        ])
    }
    var fields: [FieldChange] = []
    if state.sums[path] != content.sha256 { fields += contentChanges(from: state.contents[path], stat) }
    fields += attributeChanges(stat, mode: mode, owner: owner)
    return Difference(.update, fields)
  }

  /// The content is written only if it differs: a new modification time would restart units.
  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    let sum = content.sha256
    guard change.action == .create || change.fields.contains(where: { $0.field != .mode && $0.field != .owner })
    else {
      return Fragment(
        script: "set_attributes \(path.shellQuoted) \(mode.octal) \(owner.shellQuoted)\n"
          + "record file \(path.shellQuoted) \(sum)\n",
        libraries: ["file.sh"])
    }
    return Fragment(script: putScript(sum), libraries: ["file.sh"])
  }

  func putScript(_ sum: String) -> String {
    (keepsLast ? "keep_last \(path.shellQuoted)\n" : "")
      + """
      put_file \(path.shellQuoted) \(mode.octal) \(owner.shellQuoted) \(sum) <<'END_OF_FILE'
      \(content.base64Lines)END_OF_FILE

      """
  }

  private var contentSummary: String {
    if sensitive { return "(hidden)" }
    let lines = content.count { $0 == UInt8(ascii: "\n") }
    return "\(lines) line\(lines == 1 ? "" : "s"), \(content.count) bytes, sha256 \(content.sha256.prefix(12))"
  }

  private func contentChanges(from old: [UInt8]?, _ stat: FileStat) -> [FieldChange] {
    if sensitive { return [FieldChange(.content, from: "(hidden)", to: "(hidden)")] }
    guard let old, stat.bytes == old.count, let before = String(validating: old, as: UTF8.self),
      let after = String(validating: content, as: UTF8.self)
    else { return [FieldChange(.content, from: "\(stat.bytes) bytes", to: contentSummary)] }
    return LineDiff(from: before, to: after).fields
  }
}
