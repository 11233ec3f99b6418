import Diagnostics

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
