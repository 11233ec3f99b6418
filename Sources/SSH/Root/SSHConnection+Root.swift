import Diagnostics

extension SSHConnection {
  /// Runs a `sh` program as root; see ``RootShell/run(_:input:timeout:onOutput:)``. One exec, also when sudo refuses.
  func run(
    _ program: String, as privilege: Privilege, input: [UInt8] = [], then source: FileChunks? = nil,
    output: CommandOutput, limit: TimeLimit
  ) async throws(HearthError) -> ExecResult {
    if case .password(let secret) = privilege, Privilege.hasControlCharacters(secret) { throw unusablePassword() }
    let root = RootCommand(program, as: privilege)
    let (result, dialog) = try await converse(
      root.line, input: CommandInput(root.head + input, then: source), output: output, dialog: PrivilegeDialog(root),
      limit: limit
    )
    guard let dialog else { return result }
    guard dialog.isReady else {
      let complaint = String(decoding: dialog.preamble + dialog.outputPreamble, as: UTF8.self)
      throw PrivilegeFailure(
        target: target, privilege: privilege, complaint: complaint, status: result.status,
        passwordRefused: dialog.isPasswordRefused, notRoot: complaint.contains(root.notRoot),
        gaveUp: dialog.hasGivenUp
      ).error
    }
    if result.status == 75, result.errorText.contains(root.cut) { throw cut(result, root) }
    return result
  }

  private func unusablePassword() -> HearthError {
    HearthError(
      .privilege, "the sudo password of \(target.user) holds a line end or another control character",
      subject: Subject(host: target.name),
      hint: "Give it without: a variable read from a file that was edited on Windows ends in a carriage return"
    )
  }

  /// Root's shell was there, and what it read was not the program.
  private func cut(_ result: ExecResult, _ root: RootCommand) -> HearthError {
    let words = result.errorText.split(whereSeparator: \.isNewline).map(String.init).filter { $0 != root.cut }
    if words.contains(where: { $0.contains("Permission denied") }) {
      return HearthError(
        .privilege, "root's shell may start no programs on this host (noexec in sudoers)",
        subject: Subject(host: target.name),
        hint: "On the host (visudo): add `Defaults:\(target.user) !noexec`", output: words.suffix(5),
        command: target.command(tty: true, running: "sudo sh -c id"))
    }
    return HearthError(
      .privilege, "the program did not arrive whole at root's shell on this host",
      subject: Subject(host: target.name),
      hint:
        "Something between the login and root's shell reads standard input: look at sudo's options (sudo -l) and at the "
        + "start files of \(target.user)'s login shell", output: words.suffix(5), command: target.command)
  }
}
