import Diagnostics

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
