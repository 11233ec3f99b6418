import Diagnostics

extension SSHConnection {
  /// Runs a `sh` program as root; see ``RootShell/run(_:input:timeout:onOutput:)``. One exec, also when sudo refuses.
  func run(
    _ program: String, as privilege: Privilege, input: [UInt8] = [], then source: FileChunks? = nil,
    output: CommandOutput, limit: TimeLimit
  ) async throws(HearthError) -> ExecResult {
    let root = RootCommand(program, as: privilege)
    let (result, dialog) = try await converse(
      root.line, input: CommandInput(root.head + input, then: source), output: output, dialog: PrivilegeDialog(root),
      limit: limit
    )
    guard let dialog, !dialog.isReady else { return result }
    let complaint = String(decoding: dialog.preamble + dialog.outputPreamble, as: UTF8.self)
    throw PrivilegeFailure(
      target: target, privilege: privilege, complaint: complaint, status: result.status,
      passwordRefused: dialog.isPasswordRefused, notRoot: complaint.contains(root.notRoot)
    ).error
  }
}
