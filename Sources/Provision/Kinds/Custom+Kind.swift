import Diagnostics

extension Resource.Custom: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    request.probe(name, probe)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let result = context.state.probes[name] ?? ProbeResult(status: 127, output: [])
    let fields = judge(result.status, result.output)
    if !fields.isEmpty { return Difference(fields.allSatisfy { $0.from == nil } ? .create : .update, fields) }
    guard let cause = after.first(where: { context.changed.contains($0) }) else { return nil }
    return Difference(.run, [FieldChange("run", from: nil, to: "because of \(cause)")])
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    let program = try program()
    return Fragment(script: program.script, files: program.files, timeout: program.timeout, isBounded: true)
  }
}
