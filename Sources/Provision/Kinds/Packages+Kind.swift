import Diagnostics

extension Resource.Packages: ResourceKind {
  /// Holds all of them.
  package static func allHeld(_ names: [String]) -> Self { Self(names, held: names.map { Wanted($0).name }) }

  /// `containerd=1.6.20~ds1-1` asks for exactly this version.
  private struct Wanted {
    var name: String
    var version: String?
    init(_ text: String) {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      name = parts.first ?? text
      version = parts.count > 1 ? parts[1] : nil
    }
  }

  func observe(_ request: inout ObservationRequest) {
    for name in names { request.package(Wanted(name).name) }
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    var fields: [FieldChange] = []
    var isNew = true
    for wanted in names.map(Wanted.init) {
      let state = context.state.packages[wanted.name]
      let installed = state?.installed == true ? state : nil
      if installed != nil { isNew = false }
      if installed == nil || (wanted.version != nil && installed?.version != wanted.version) {
        fields.append(FieldChange(wanted.name, from: installed?.version, to: wanted.version ?? "installed"))
      }
      if held.contains(wanted.name), installed?.held != true {
        fields.append(FieldChange(.held(wanted.name), from: nil, to: "held"))
      }
    }
    return Difference(isNew ? .create : .update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    let installs = change.fields.contains { !$0.field.isHold }
    var script = ""
    if installs, isUpgrade {
      script += "upgrade_packages \(names.map(\.shellQuoted).joined(separator: " "))\n"
    } else if installs {
      script += "install_packages \(names.map(\.shellQuoted).joined(separator: " "))\n"
    }
    if !held.isEmpty { script += "hold_packages \(held.sorted().map(\.shellQuoted).joined(separator: " "))\n" }
    return Fragment(script: script, libraries: ["packages.sh"], timeout: .seconds(1800))
  }
}
