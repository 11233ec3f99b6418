import Diagnostics

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
          FieldChange("mode", from: nil, to: mode.octal), FieldChange("owner", from: nil, to: owner),
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
