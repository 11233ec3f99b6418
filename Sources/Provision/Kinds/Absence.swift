import Diagnostics

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
