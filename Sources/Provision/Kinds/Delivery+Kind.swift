import Artifacts
import Diagnostics

extension Resource.Delivery: ResourceKind {
  /// Where uploads wait for their step.
  static let staging = "/var/lib/hearth/staging"

  /// Named by content and target: an upload that was done before a kill is not done again, and no two steps share one.
  var stagedPath: String { "\(Self.staging)/\(Array("\(file.sha256) \(path)".utf8).sha256)" }

  func observe(_ request: inout ObservationRequest) {
    request.largeFile(path)
    request.stat(stagedPath)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    try checkPath(path)
    let summary = "\(file.bytes) bytes, sha256 \(file.sha256.prefix(12))"
    guard let stat = context.state.stats[path] else {
      return Difference(
        .create,
        [
          FieldChange(.content, from: nil, to: summary), FieldChange(.mode, from: nil, to: mode.octal),
        ])
    }
    guard stat.kind == .file else {
      if stat.kind == .directory {
        throw HearthError(
          .unsupported, "\(path) is a directory, but should be a file", hint: "move the directory away",
          command: "ls -la \(path.shellQuoted)")
      }
      return Difference(
        .update,
        [
          FieldChange(.kind, from: stat.kindName, to: "file"), FieldChange(.content, from: nil, to: summary),
        ])
    }
    var fields: [FieldChange] = []
    if context.state.sums[path] != file.sha256 {
      let before = context.state.sums[path].map { ", sha256 \($0.prefix(12))" } ?? ""
      fields.append(FieldChange(.content, from: "\(stat.bytes) bytes\(before)", to: summary))
    }
    fields += attributeChanges(stat, mode: mode, owner: "root:root")
    return Difference(.update, fields)
  }

  /// Whether this change needs the bytes.
  static func moves(_ change: ResourceChange) -> Bool {
    change.fields.contains { $0.field == .content }
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    let target = path.shellQuoted
    let script =
      Self.moves(change)
      ? "place_file \(stagedPath) \(target) \(mode.octal) root:root \(file.sha256)\n"
      : "set_attributes \(target) \(mode.octal) root:root\nrecord file \(target) \(file.sha256)\n"
    return Fragment(script: script, libraries: ["file.sh"], timeout: .seconds(300))
  }
}
